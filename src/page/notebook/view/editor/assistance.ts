import type { Extension } from '@codemirror/state';
import type { OpenNotebook } from '../../open-notebook.js';
export const assistance = (_id: number, _notebook: OpenNotebook): Extension => [];
