import type { Plugin } from 'vite';
import type { Hints } from '../src/page/notebook/view/editor/hints.js';

export function hintsOfSource(): Hints;
export function hints(): Plugin;
