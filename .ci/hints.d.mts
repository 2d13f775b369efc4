import type { Plugin } from 'vite';
import type { Hints } from '../src/page/notebook/view/editor/hints.js';

/** The names that every cell has are those of `Standard`. */
export function readHints(folder: string): Hints;
export function hints(): Plugin;
