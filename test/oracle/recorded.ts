import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInNames, type NameList, parseNames } from '../../src/makemore/index.js';

/** Where torch's numbers and the lecture's names lie; neither is part of the project. */
const folder = process.env.LANEWISE_ORACLE ?? '../shared/oracle';
const lectureNames = process.env.LANEWISE_NAMES ?? '../shared/data/names.txt';

export interface TensorRecord {
  shape: number[];
  f32: string;
}

/** A run of the first network that torch recorded. */
export interface RecordedRun {
  seed: number;
  parameters: number;
  initial: Record<string, TensorRecord>;
  minibatches: number[][];
  losses: Record<string, number>;
  gradients_step0: Record<string, TensorRecord>;
  steps: number;
  final_running: Record<'train' | 'val' | 'test', number>;
  final_calibrated: Record<'train' | 'val' | 'test', number>;
  final_bnmean_running: TensorRecord;
  final_bnstd_running: TensorRecord;
}

/** The lecture's loss log as torch computes it. `final`: train, val, test. */
export interface LossLog {
  printed_in_the_lecture: Record<string, { train: number; val: number }>;
  torch_1_13: Record<
    string,
    { losses: Record<string, number>; final?: number[]; calibrated?: number[]; running?: number[] }
  >;
}

/** The files that some tests need, and a title for those tests that says so where one is absent. */
export function needs(title: string, file: string, list: 'lecture' | 'built-in') {
  const paths = [join(folder, file), ...(list === 'lecture' ? [lectureNames] : [])];
  const absent = paths.filter((path) => !existsSync(path));
  if (absent.length === 0) return { title, present: true };
  const reason = `skipped: ${absent.join(' and ')} absent`;
  console.warn(`${title}: ${reason}`);
  return { title: `${title} (${reason})`, present: false };
}

export const readRecorded = <T>(file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8'));

export async function readList(list: 'lecture' | 'built-in'): Promise<NameList> {
  return list === 'lecture' ? parseNames(readFileSync(lectureNames), lectureNames) : builtInNames();
}

export function floats({ f32 }: TensorRecord): Float32Array {
  const bytes = new Uint8Array(Buffer.from(f32, 'base64'));
  return new Float32Array(bytes.buffer);
}

/** As int32, so that −0 is not 0. */
export const bits = (values: Float32Array): Int32Array => new Int32Array(values.slice().buffer);

/** The largest difference of two arrays of one length. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`distance: ${a.length} against ${b.length} values`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
