import { lectureSettings } from '../settings.js';
import type { Cell } from './cell.js';
import { statistics } from './printed.js';
import { number, type Row, text } from './row.js';
import { batchNormWidget, linearBatchNormStatistics, linearStatistics } from './statistics.js';
import { varianceRows } from './variance-rows.js';

const SEED = lectureSettings.seed as number;

/** What a linear layer does to spreads, and what batch norm makes of them. */
export const batchNormCells: readonly Cell[] = [
  {
    name: 'linear',
    title: 'A linear layer of 1000 by 1000 without a gain: standard deviations',
    async run(lecture) {
      const core = await lecture.core();
      try {
        return compare(linearStatistics(core, SEED), statistics.linear);
      } finally {
        core.dispose();
      }
    },
  },
  {
    name: 'linear-batchnorm',
    title: 'The same with batch norm behind it',
    async run(lecture) {
      const core = await lecture.core();
      try {
        return compare(linearBatchNormStatistics(core, SEED), statistics.linearBatchNorm);
      } finally {
        core.dispose();
      }
    },
  },
  {
    name: 'widget',
    title: 'Batch norm of five numbers, the first on a slider',
    async run() {
      return [-30, 0, 30].map((first) => {
        const { mean, std, y } = batchNormWidget(SEED + 1, first);
        const out = Array.from(y, (value) => value.toFixed(2)).join(' ');
        return text(`x[0] = ${first}: mu ${mean.toFixed(2)}, std ${std.toFixed(2)}`, out);
      });
    },
  },
  {
    name: 'variance',
    title:
      'Batch norm of one batch as the lecture, torch and the paper have it: variance while training and later',
    async run(lecture) {
      return varianceRows(await lecture.variances());
    },
  },
];

/** Within 1e-5 of the printed value: sums of a million products differ in the sixth digit. */
const compare = (ours: Record<string, number>, printed: Record<string, number>): Row[] =>
  Object.entries(ours).map(([name, value]) => number(name, value, 6, printed[name], 1e-5 * Math.abs(value)));
