import { batchNormCells } from './batchnorm-cells.js';
import type { Cell } from './cell.js';
import { deepCells } from './deep-cells.js';
import { exerciseCells } from './exercise-cells.js';
import { firstCells } from './first-cells.js';

/** The notebook from top to bottom, and two of the lecture's exercises. */
export const cells: readonly Cell[] = [...firstCells, ...batchNormCells, ...deepCells, ...exerciseCells];
