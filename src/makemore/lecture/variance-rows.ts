import { number, type Row, text } from './row.js';
import type { Variances } from './variance.js';

/** The unit whose numbers are shown, and the example whose output is. */
const UNIT = 0;

/** Unbiased: Σ (x − mean)² / (m − 1); biased: / m. The six rows of each convention, then what differs. */
export function varianceRows(variances: Variances): Row[] {
  const { rows, columns, eps, mean, conventions, first, deep, runningDeviation } = variances;
  const [lecture, torch, paper] = conventions;
  const divisor = { lecture: rows - 1, torch: rows, paper: rows };
  const kept = {
    lecture: `divided by ${rows - 1}`,
    torch: `divided by ${rows - 1}`,
    paper: `divided by ${rows}, times ${rows}/${rows - 1} when used`,
  };
  return [
    number(`unit ${UNIT} of ${columns} on ${rows} examples: mean`, mean[UNIT], 6),
    ...conventions.map(({ name, training }) =>
      number(`variance while training, ${name} (divided by ${divisor[name]})`, training[UNIT], 6),
    ),
    ...conventions.map(({ name, std }) => number(`√(variance + ${eps}), ${name}`, std[UNIT], 6)),
    ...conventions.map(({ name, kept: value }) =>
      number(`variance kept, ${name} (${kept[name]})`, value[UNIT], 6),
    ),
    ...conventions.map(({ name, later }) => number(`variance when used later, ${name}`, later[UNIT], 6)),
    ...conventions.map(({ name, outputs }) =>
      number(`output of the first example, ${name}`, outputs[UNIT], 6),
    ),
    ...conventions.map(({ name, outputsStd }) =>
      number(`std of the outputs of all units, ${name}`, outputsStd, 6),
    ),
    number('outputs, lecture to torch', lecture.outputsStd / torch.outputsStd, 6),
    number('outputs, lecture to paper', lecture.outputsStd / paper.outputsStd, 6),
    number(`√(${rows - 1}/${rows})`, Math.sqrt((rows - 1) / rows), 6),
    text(`running mean and ${first.tracks} of the first network`, average(first.momentum as number)),
    text(`running mean and ${deep.tracks} of the six layers`, average(deep.momentum as number)),
    number(`running deviation of unit ${UNIT} after this batch, from 1`, runningDeviation[UNIT], 6),
  ];
}

/** A running average in the lecture's words and in torch's, with the steps after which half of it is new. */
function average(momentum: number): string {
  const old = Number((1 - momentum).toPrecision(12));
  const half = Number((Math.LN2 / -Math.log1p(-momentum)).toPrecision(3));
  return `${old} · old + ${momentum} · new; torch: momentum ${momentum}; half is new after ${half} steps`;
}
