/** The weight matrices of a network, for the page to look at. */
import { type Indices, load, type Sequential } from 'lanewise';
import { loadNetwork, readRun } from 'lanewise/makemore';
import type { MatrixReport, SpectrumReport } from './protocol.js';
import { singularValues } from './symmetric-eigen.js';

/**
 * Parameters of two dimensions, those of these names or all.
 *
 * @param gradients whether there are some
 * @throws RangeError where there is no matrix of such a name
 */
export function matricesOf(
  model: Sequential<Indices>,
  names: readonly string[] | undefined,
  gradients: boolean,
): MatrixReport[] {
  const all = model.namedParameters().filter(([, { value }]) => value.shape.length === 2);
  const unknown = names?.find((name) => !all.some(([own]) => own === name));
  if (unknown !== undefined)
    throw new RangeError(`matrices: expected one of ${all.map(([own]) => own).join(', ')}, got ${unknown}`);
  return all
    .filter(([name]) => names?.includes(name) ?? true)
    .map(([name, { value, grad }]) => ({
      name,
      shape: [value.shape[0], value.shape[1]] as const,
      data: value.toArray(),
      gradient: gradients ? grad.toArray() : undefined,
    }));
}

/** Those of a checkpoint of a run, which has no gradients. */
export async function matricesIn(
  checkpoint: Uint8Array,
  names: readonly string[] | undefined,
): Promise<MatrixReport[]> {
  const core = await load();
  try {
    return matricesOf(loadNetwork(core, readRun(checkpoint)), names, false);
  } finally {
    core.dispose();
  }
}

/** Singular values of a matrix and of its gradient. */
export function spectrumOf({
  data,
  gradient,
  shape,
}: MatrixReport): Pick<SpectrumReport, 'values' | 'gradient'> {
  const finite = (values: Float32Array | undefined) =>
    values?.every(Number.isFinite) ? singularValues(values, ...shape) : undefined;
  return { values: finite(data), gradient: finite(gradient) };
}
