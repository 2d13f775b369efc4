/** What a cell may import, each in a chunk that comes when one does. */
export const library: Record<string, () => Promise<object>> = {
  lanewise: () => import('lanewise'),
  'lanewise/diagnostics': () => import('lanewise/diagnostics'),
  'lanewise/checkpoint': () => import('lanewise/checkpoint'),
  'lanewise/makemore': () => import('lanewise/makemore'),
  'lanewise/charts': () => import('./charts-library.js'),
};
