import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Site, serveSite } from '../../../bench/page/site.mjs';
import { serialiseNotebook } from '../../../src/notebook/format.js';
import { cellsOf } from '../../notebook/cells.js';
import { poll, text, textOf } from './actions.js';
import { names } from './core.js';
import { isReady, until, type Visit } from './driver.js';
import type { Guest } from './guest.js';

/** The lecture's names lie outside the project. */
const namesPath = process.env.LANEWISE_NAMES ?? '../shared/data/names.txt';
const lectureNames = existsSync(namesPath) ? readFileSync(namesPath, 'utf8') : undefined;

/** What depends on the engine: workers, modules made of text, what is kept, what a policy lets through. */
export function notebookTests(guest: Guest): void {
  /** Our own notebook, as it is at the first visit. */
  const openNotebook = async (hash = '') => {
    const visit = await guest.fresh(`notebook.html${hash}`);
    if (await visit.evaluate(forget, undefined)) await reload(visit);
    return visit;
  };

  /** Runs all, and returns how many recorded values agree, and how many there are. */
  const runAll = async (visit: Visit): Promise<number[]> => {
    await visit.click('button', 'Run all');
    await poll(() => text(visit, 'notebook-state')).toMatch(/recorded values agree|failed/);
    const said = await text(visit, 'notebook-state');
    return (/^(\d+) of (\d+) recorded/.exec(said) ?? [said]).slice(1).map(Number);
  };

  test('all cells run, every recorded value agrees, and nothing is said on the console', async () => {
    const visit = await openNotebook();
    const [agreeing, all] = await runAll(visit);
    expect(all).toBeGreaterThanOrEqual(80);
    expect(agreeing).toBe(all);
    expect(visit.errors).toEqual([]);
    expect(await visit.evaluate(() => window.lanewise.violations, undefined)).toEqual([]);
    expect(guest.site.missing).toEqual([]);
  });

  test('a list of names from a file is what the cells learn from, and what is none is refused', async () => {
    const visit = await openNotebook();
    await offerFile(visit, 'Open a list of names', 'mine.txt', names);
    await poll(() => textOf(visit, '.said-last')).toContain('The names are those of mine.txt.');
    await visit.click('button', 'Run cell 4');
    await poll(() => outputOf(visit, 4)).toMatch(/names\s*60/);
    await offerFile(visit, 'Open a list of names', 'one.txt', 'ann');
    await poll(() => textOf(visit, '[role=alert]')).toContain('one.txt: expected at least 2 names');
    expect(await outputOf(visit, 4)).toMatch(/names\s*60/);
  });

  test.skipIf(lectureNames === undefined)(
    `on the lecture’s own names every recorded value agrees${lectureNames === undefined ? ' (skipped: LANEWISE_NAMES names no file)' : ''}`,
    async () => {
      const visit = await openNotebook();
      await offerFile(visit, 'Open a list of names', 'names.txt', lectureNames ?? '');
      await poll(() => textOf(visit, '.said-last')).toContain('The names are those of names.txt.');
      const [agreeing, all] = await runAll(visit);
      expect(all).toBeGreaterThanOrEqual(80);
      expect(agreeing).toBe(all);
    },
  );

  test('a cell that never ends is stopped; sources and outputs stay, and the others run again', async () => {
    const visit = await openNotebook();
    await openFile(visit, "display('first')", "display('before');\nwhile (true) {}", "display('third')");
    await visit.click('button', 'Allow its code to run');
    await visit.click('button', 'Run cell 1');
    await poll(() => outputOf(visit, 1)).toContain('first');
    await visit.click('button', 'Run cell 2');
    await poll(() => outputOf(visit, 2)).toContain('before');
    await visit.click('button', 'Stop');
    await poll(() => outputOf(visit, 2)).toContain('what ran does not listen, so it was ended');
    expect(await outputOf(visit, 1)).toContain('first');
    expect(await outputOf(visit, 2)).toContain('before');
    expect(await textOf(visit, '[role=alert]')).toContain('The cells’ values are gone');
    await visit.click('button', 'Run cell 3');
    await poll(() => outputOf(visit, 3)).toContain('third');
  });

  test('an error has its place, in the cell whose function threw it, and so has one that nothing awaits', async () => {
    const visit = await openNotebook();
    await openFile(
      visit,
      "const refuse = () => {\n  throw new RangeError('no more');\n};",
      'refuse()',
      "setTimeout(() => {\n  null.late;\n}, 0);\ndisplay('here')",
      'const broken = (1',
    );
    await visit.click('button', 'Allow its code to run');
    await visit.click('button', 'Run all');
    await poll(() => outputOf(visit, 2)).toMatch(/Cell 1, line 2.*RangeError: no more/s);
    await poll(() => outputOf(visit, 3)).toMatch(/line 2.*TypeError/is);
    await poll(() => outputOf(visit, 4)).toMatch(/line 1.*SyntaxError/is);
  });

  test('what was changed is kept, and comes back after a reload', async () => {
    const visit = await openNotebook();
    const last = Math.max(...(await idsOf(visit)));
    await focusCell(visit, 5);
    await visit.press('Delete');
    await poll(() => idsOf(visit)).not.toContain(5);
    await focusCell(visit, 1);
    await visit.press('b');
    const added = last + 1;
    await until('the editor', () =>
      visit.evaluate(() => document.activeElement?.matches('[contenteditable]') || null, undefined),
    );
    for (const key of ['6', '*', '7']) await visit.press(key);
    await visit.press('Escape');
    await visit.click('button', `Run cell ${added}`);
    await poll(() => outputOf(visit, added)).toContain('42');
    const ids = await idsOf(visit);
    expect(ids.slice(0, 3)).toEqual([1, added, 2]);
    await poll(() => visit.evaluate(keptText, undefined)).toContain('6*7');
    await reload(visit);
    expect(await idsOf(visit)).toEqual(ids);
    expect(await textOf(visit, `#cell-${added}`)).toContain('6*7');
    await visit.click('button', 'Reset all');
    await poll(() => idsOf(visit)).toContain(5);
    await poll(() => visit.evaluate(keptText, undefined)).toContain('<script id="5"');
    await reload(visit);
    expect((await idsOf(visit)).slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a notebook from a file is shown and does not run until that is allowed; a reload does not allow it', async () => {
    const visit = await openNotebook();
    await openFile(visit, "display('ran')");
    const isDisabled = (name: string) =>
      visit.evaluate(
        (name) =>
          [...document.querySelectorAll('button')].find(
            (button) => (button.getAttribute('aria-label') ?? button.textContent?.trim()) === name,
          )?.disabled,
        name,
      );
    expect(await isDisabled('Run all')).toBe(true);
    expect(await isDisabled('Run cell 1')).toBe(true);
    await reload(visit);
    await poll(() => isDisabled('Run all')).toBe(true);
    expect(await idsOf(visit)).toEqual([1]);
    await visit.click('button', 'Allow its code to run');
    await visit.click('button', 'Run all');
    await poll(() => outputOf(visit, 1)).toContain('ran');
  });

  test('what is no notebook is refused with its place, and the open one stays', async () => {
    const visit = await openNotebook();
    await offerFile(visit, 'Open a notebook', 'bad.html', '<notebook>\n  <p>hello');
    await poll(() => textOf(visit, '[role=alert]')).toContain(
      'bad.html:2:3: expected <title> or <script>, got <p>',
    );
    expect(await idsOf(visit)).toContain(50);
  });

  test('a link opens a notebook of the page’s own server, shown and not run; of another it does not', async () => {
    const visit = await openNotebook('#open=https%3A%2F%2Fexample.org%2Fa.html');
    await poll(() => textOf(visit, '[role=alert]')).toContain(
      'expected a link to a notebook on http://127.0.0.1',
    );
    expect(await idsOf(visit)).toContain(50);
  });

  describe('what a cell can do', () => {
    const attempts = (address: string) => `const tries = {
  document: () => globalThis.document.title,
  window: () => globalThis.window.name,
  page: () => globalThis.parent.location,
  fetch: () => globalThis.fetch('${address}fetch'),
  request: () => new globalThis.XMLHttpRequest(),
  socket: () => new globalThis.WebSocket('${address.replace('http', 'ws')}socket'),
  events: () => new globalThis.EventSource('${address}events'),
  worker: () => new globalThis.Worker('data:text/javascript,1'),
  kept: () => globalThis.indexedDB.databases(),
  tabs: () => new globalThis.BroadcastChannel('x'),
  caches: () => globalThis.caches.keys(),
  files: () => navigator.storage.getDirectory(),
  script: () => globalThis.importScripts('${address}script.js'),
  module: () => import('${address}module.js'),
  blob: () => import(URL.createObjectURL(new Blob(['export default 1'], { type: 'text/javascript' }))),
  text: () => (0, eval)('1'),
  function: () => new Function('return 1')(),
  hidden: () => (async () => {}).constructor('return import("${address}hidden.js")')(),
};
const done = [];
for (const [name, attempt] of Object.entries(tries)) {
  try {
    await attempt();
    done.push(name);
  } catch {}
}
setTimeout('import("${address}timer.js")', 0);
await new Promise((resolve) => setTimeout(resolve, 0));
display('it could: ' + (done.join(', ') || 'nothing'));`;

    test('is neither to reach the page, nor what it keeps, nor any server', async () => {
      const asked: string[] = [];
      const elsewhere = createServer(({ url }, response) => {
        asked.push(url ?? '');
        response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end();
      });
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
      try {
        const visit = await openNotebook();
        await openFile(visit, attempts(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`));
        expect(await textOf(visit, '.notice')).not.toContain('It could send');
        await visit.click('button', 'Allow its code to run');
        await visit.click('button', 'Run all');
        await poll(() => outputOf(visit, 1)).toMatch(/it could: \w/);
        expect(await outputOf(visit, 1)).toContain('it could: nothing');
        expect(asked).toEqual([]);
      } finally {
        elsewhere.close();
        elsewhere.closeAllConnections();
      }
    });

    test('is the same for what it computes where the server sends no policy', async () => {
      const plain: Site = await serveSite(() => undefined);
      try {
        const visit = await guest.browser.visit(`${plain.address}notebook.html`);
        await openFile(
          visit,
          "import { load } from 'lanewise';\nconst core = await load();\ndisplay(core.backend)",
        );
        await poll(() => textOf(visit, '.notice')).toContain(
          'It could send what it computes to other servers',
        );
        await visit.click('button', 'Allow its code to run');
        await visit.click('button', 'Run all');
        await poll(() => outputOf(visit, 1)).toContain('wasm');
        await visit.close();
      } finally {
        plain.close();
      }
    });
  });
}

/** In the page: lets go of what is kept. Whether there was something. */
const forget = (): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('lanewise notebook');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const store = opening.result.transaction('kept', 'readwrite').objectStore('kept');
      const count = store.count();
      store.clear();
      store.transaction.oncomplete = () => {
        opening.result.close();
        // The page itself has noted which notebook is open.
        resolve(count.result > 1);
      };
    };
  });

/** In the page: the text of our own notebook as the browser keeps it; '' where it keeps none. */
export const keptText = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('lanewise notebook');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = opening.result.transaction('kept').objectStore('kept').get('built-in');
      asked.onerror = () => reject(asked.error);
      asked.onsuccess = () => {
        opening.result.close();
        resolve(asked.result?.now ?? '');
      };
    };
  });

/** A cell with all that it shows, in words, but for its source. */
const outputOf = (visit: Visit, id: number): Promise<string> =>
  visit.evaluate((id) => {
    const cell = document.getElementById(`cell-${id}`)?.cloneNode(true) as Element | undefined;
    for (const source of cell?.querySelectorAll('.source') ?? []) source.remove();
    return cell?.textContent ?? '';
  }, id);

/** The numbers of the cells, from top to bottom. */
const idsOf = (visit: Visit): Promise<number[]> =>
  visit.evaluate(
    () =>
      Array.from(document.querySelectorAll('.cells [id^=cell-]'), ({ id }) => /^cell-(\d+)$/.exec(id)?.[1])
        .filter((id) => id !== undefined)
        .map(Number),
    undefined,
  );

/** Keys go to the cell. */
const focusCell = (visit: Visit, id: number): Promise<void> =>
  visit.evaluate((id) => document.getElementById(`cell-${id}`)?.focus(), id);

/** Gives the page a notebook with cells of these sources, numbered from 1, and waits for it. */
async function openFile(visit: Visit, ...sources: string[]): Promise<void> {
  const notebook = {
    title: 'From a file',
    theme: 'air',
    cells: cellsOf(...sources).map((cell) => ({ ...cell, pinned: true })),
  };
  await offerFile(visit, 'Open a notebook', 'file.html', serialiseNotebook(notebook));
  await poll(() => visit.evaluate(() => document.title, undefined)).toContain('From a file');
}

/** Chooses a file in one of the page's places for that. */
const offerFile = (visit: Visit, label: string, name: string, content: string): Promise<void> =>
  visit.evaluate(
    ({ label, name, content }) => {
      const input = document.querySelector<HTMLInputElement>(`input[type=file][aria-label="${label}"]`);
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], name));
      if (input === null) throw new Error(`the page: expected a place to ‘${label}’, found none`);
      input.files = transfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    { label, name, content },
  );

async function reload(visit: Visit): Promise<void> {
  await visit.evaluate(() => {
    document.body.dataset.before = 'true';
    // After the answer to this.
    setTimeout(() => location.reload(), 0);
  }, undefined);
  await until('the page anew', async () => {
    try {
      const isNew = await visit.evaluate(() => document.body?.dataset.before === undefined, undefined);
      return isNew ? await visit.evaluate(isReady, undefined) : null;
    } catch {
      // Between two documents.
      return null;
    }
  });
}
