import type { Run } from '../run.js';
import type { Lecture } from './lecture.js';
import type { Row } from './row.js';

/** A cell of the notebook: what it shows, and how it is computed here. */
export interface Cell {
  name: string;
  title: string;
  run(lecture: Lecture): Promise<Row[]>;
}

/** The losses over whole splits of a run that has them. */
export const finals = ({ final }: Run) => {
  if (final === null) throw new Error('Lecture: expected an evaluated run');
  return final;
};
