import { expect, test } from 'vitest';
import { builtInNames, cells, Lecture } from '../../src/makemore/index.js';

test('the whole notebook on the built-in names: each of its 100 values', async () => {
  const lecture = new Lecture(await builtInNames());
  const rows = (await Promise.all(cells.map(async ({ run }) => run(lecture)))).flat();
  expect(rows.filter(({ agrees }) => agrees === false)).toEqual([]);
  expect(rows.filter(({ agrees }) => agrees).length).toBe(100);
  await lecture.dispose();
});
