import type { ParameterSnapshot, Snapshot } from 'lanewise/diagnostics';
import { matrixName } from '../../view/layer-names.js';

/** The weight matrices of a moment, by the names of their layers. */
export const matricesOf = ({ parameters, layers }: Snapshot): ParameterSnapshot[] =>
  parameters
    .filter(({ shape }) => shape.length === 2)
    .map((parameter) => ({ ...parameter, name: matrixName(parameter.name, layers) }));
