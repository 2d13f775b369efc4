import type { Cell } from './format.js';
import type { GraphCell } from './graph.js';

/**
 * What a cell is called: a text by its first heading, or its first words; code by the comment that it begins with, or by
 * the names that it defines.
 */
export function titleOf({ mode, source }: Cell, program: GraphCell['program'] | undefined): string {
  if (mode === 'md') {
    const heading = /^#{1,6}\s+(.+)$/m.exec(source)?.[1] ?? source.trim().split('\n')[0];
    return heading.replace(/[*_`]/g, '').slice(0, 80);
  }
  const comment = /^\s*\/\/ ?(.*)/.exec(source)?.[1];
  if (comment) return comment;
  const names = program?.definitions ?? [];
  return names.length > 0 ? names.join(', ') : (source.trim().split('\n')[0] ?? '').slice(0, 80);
}
