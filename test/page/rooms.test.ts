import { expect, test } from 'vitest';

/** The page's folders from the bottom up; what stands in one line knows nothing of the others there. */
const floors = [
  ['settings'],
  ['engine'],
  ['session'],
  ['view'],
  ['instruments', 'network', 'lessons', 'benchmark'],
  ['frame'],
];
const floorOf = (room: string) => floors.findIndex((rooms) => rooms.includes(room));

const files = import.meta.glob<string>(
  '../../src/page/{settings,engine,session,view,instruments,network,lessons,benchmark,frame}/**/*.{ts,tsx}',
  { query: '?raw', import: 'default', eager: true },
);

test('imports between the page’s folders lead downwards', () => {
  const upwards: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    const [room, ...deep] = path.replace('../../src/page/', '').split('/');
    const out = '../'.repeat(deep.length);
    for (const [, specifier] of text.matchAll(/(?:from|import|import\()\s*'(\.[^']+)'/g)) {
      if (!specifier.startsWith(out) || specifier.startsWith(`${out}../`)) continue;
      const [other] = specifier.slice(out.length).split('/');
      if (floorOf(other) >= floorOf(room)) upwards.push(`${path} imports ${specifier}`);
    }
  }
  expect(Object.keys(files).length).toBeGreaterThan(200);
  expect(upwards).toEqual([]);
});
