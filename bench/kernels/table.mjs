// The table of kernels: every kernel at every size by every contender, with the copy of as many bytes and the ceiling of
// the machine in the same run.
import { ceilingOf, ceilingRows } from '../ceiling/ceiling.mjs';
import { relative } from '../error.mjs';
import { measure } from '../measure.mjs';
import { extents as elementExtents, elementwise } from './elements.mjs';
import { extents as productExtents, products } from './products.mjs';
import { random } from './random.mjs';

const COPY = 'copy (Float32Array.set)';

/**
 * { ceiling, rows }: rows { kernel, size, contender, median, min, samples, error, … } in seconds, the ceiling in FLOP/s.
 * `contenders` by file; `ceiling`: the bytes of ceiling.ts.
 */
export async function kernelTable({ contenders, ceiling, pace, quick = false, onAbsent = () => {} }) {
  const extent = quick ? 'quick' : 'full';
  const cases = [...products(productExtents[extent]), ...elementwise(elementExtents[extent])];
  const shapes = await ceilingRows(ceiling);
  const prepared = [];
  const disposals = [];
  try {
    for (const [file, contender] of Object.entries(contenders)) {
      const start = await starter(contender, disposals).catch((error) => onAbsent(file, error.message));
      if (start === undefined) continue;
      cases.forEach((one, at) => {
        const started = start(one);
        if (started !== undefined) prepared.push({ at, contender: file, ...started });
      });
    }
    cases.forEach((one, at) => {
      if (one.bytes !== undefined) prepared.push({ at, contender: COPY, ...copy(Math.ceil(one.bytes / 8)) });
    });
    prepared.sort((a, b) => a.at - b.at);
    const timings = await measure([...shapes, ...prepared], pace);
    const rows = await withErrors(
      prepared.map((entry, i) => ({ ...entry, ...timings[shapes.length + i] })),
      cases,
    );
    return {
      ceiling: ceilingOf(shapes, timings),
      rows: rows.flatMap((row) => withDifference(row, rows)),
    };
  } finally {
    for (const dispose of disposals) await dispose();
  }
}

/** A contender with a core computes every kernel by it; another those of the contract. */
async function starter(contender, disposals) {
  if (contender.core !== undefined) {
    const core = await contender.core();
    disposals.push(() => core.dispose());
    return (one) => one.prepare(core);
  }
  const kernels = await contender.kernels();
  disposals.push(() => kernels.dispose?.());
  return ({ contract }) => {
    if (contract === undefined) return;
    const call = contract(kernels);
    return { call, result: async () => [await call.result()] };
  };
}

function copy(floats) {
  const [from, to] = [random(floats, 1), new Float32Array(floats)];
  return {
    call(times) {
      for (let i = 0; i < times; i++) to.set(from);
    },
    result: () => [to],
    exact: () => [from],
  };
}

/** The exact result of a case is computed once, and not kept. */
async function withErrors(entries, cases) {
  const rows = [];
  let [exact, exactAt] = [undefined, -1];
  for (const { at, contender, call: _, result, exact: own, ...timing } of entries) {
    const { kernel, size, flops, elements, bytes, less } = cases[at];
    if (at !== exactAt) [exact, exactAt] = [cases[at].exact(), at];
    const got = await result();
    const errors = (own?.() ?? exact).map((values, i) => relative(got[i], values));
    const work = flops === undefined ? { elements, bytes } : { flops };
    rows.push({ kernel, size, contender, ...work, ...timing, error: Math.max(...errors), errors, less });
  }
  return rows;
}

/** A row and, where the kernel does another's work too, what is left without that: a time of its own it has not. */
function withDifference({ errors, less, ...row }, rows) {
  if (less === undefined) return [row];
  const { size, contender } = row;
  const other = rows.find(
    (one) => one.kernel === less.kernel && one.size === size && one.contender === contender,
  );
  const median = row.median - other.median;
  // Noise can make the part as long as the whole.
  if (!(median > 0)) return [row];
  const { samples } = row;
  const min = Math.max(row.min - other.min, 0);
  const flops = row.flops - other.flops;
  return [
    row,
    { kernel: less.leaves, size, contender, flops, median, min: min || median, samples, error: errors[1] },
  ];
}
