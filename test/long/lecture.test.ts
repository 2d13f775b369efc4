import { expect, test } from 'vitest';
import { builtInNames, cells, Lecture, lectureSettings, Run } from '../../src/makemore/index.js';

test('the whole notebook on the built-in names: each of its 100 values', async () => {
  const lecture = new Lecture(await builtInNames());
  const rows = (await Promise.all(cells.map(async ({ run }) => run(lecture)))).flat();
  expect(rows.filter(({ agrees }) => agrees === false)).toEqual([]);
  expect(rows.filter(({ agrees }) => agrees).length).toBe(100);
  await lecture.dispose();
});

test('1,000 steps of the first network in JavaScript end with the fingerprint of WebAssembly', async () => {
  const ended = async (backend: 'js' | 'wasm') => {
    using run = await Run.prepare(await builtInNames(), { ...lectureSettings, steps: 1000 }, { backend });
    await run.train();
    return run.record('0').fingerprint;
  };
  expect(await ended('js')).toBe(await ended('wasm'));
});
