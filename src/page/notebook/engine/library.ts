/** What a cell may import, each in a chunk that comes when one does. */
export const library: Record<string, () => Promise<object>> = {
  lanewise: () => import('lanewise'),
  'lanewise/makemore': () => import('lanewise/makemore'),
  'lanewise/charts': () => import('./charts-library.js'),
};
