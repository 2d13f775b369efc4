import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/cli/notebook-host.js';
import { parseNotebook } from '../../src/notebook/format.js';
import { Session } from '../../src/notebook/session.js';
import { needs, readList } from '../oracle/recorded.js';

const { cells } = parseNotebook(readFileSync('src/page/notebook/part-3.html', 'utf8'), 'part-3.html');

/** Of all the steps: on the built-in names there is no loss log to compare with. */
for (const [list, values] of [
  ['lecture', 142],
  ['built-in', 126],
] as const) {
  const what = `the notebook on the ${list} names, with all its steps`;
  const { title, present } =
    list === 'lecture' ? needs(what, 'loss-log.json', list) : { title: what, present: true };
  describe.skipIf(!present)(title, () => {
    test(`each of its ${values} values agrees`, async () => {
      const session = new Session(cells, nodeHost({ names: await readList(list), long: true }));
      await session.run();
      const states = cells.map(({ id }) => ({ id, ...session.stateOf(id) }));
      expect(states.filter(({ error }) => error)).toEqual([]);
      const rows = states.flatMap(({ id, outputs }) =>
        outputs.flatMap((shown) =>
          shown.kind === 'compared' ? shown.rows.map((row) => ({ id, ...row })) : [],
        ),
      );
      expect(rows.filter(({ agrees }) => agrees === false)).toEqual([]);
      expect(rows.filter(({ agrees }) => agrees).length).toBe(values);
      session.dispose();
    });
  });
}
