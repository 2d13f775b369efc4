import { describe, expect, test } from 'vitest';
import { file, open, sources, textOf } from './fakes.js';

const own = textOf('const a = 1', 'const b = a + 1', 'display(b)');

describe('what a reader changes', () => {
  test('edits of one cell are undone together, unless it ran or something else was done between', async () => {
    const { notebook } = await open(own);
    expect(notebook.canUndo.value).toBe(false);
    for (const typed of ['const a = ', 'const a = 1', 'const a = 12']) notebook.edit(1, typed);
    notebook.edit(2, 'const b = a');
    notebook.edit(1, 'const a = 123');
    await notebook.run([1]);
    notebook.edit(1, 'const a = 1234');
    const seen = [];
    while (notebook.canUndo.value) {
      notebook.undo();
      seen.push(sources(notebook).slice(0, 2));
    }
    expect(seen).toEqual([
      ['const a = 123', 'const b = a'],
      ['const a = 12', 'const b = a'],
      ['const a = 12', 'const b = a + 1'],
      ['const a = 1', 'const b = a + 1'],
    ]);
    expect(notebook.isChanged(1)).toBe(false);
    while (notebook.canRedo.value) notebook.redo();
    expect(sources(notebook)).toEqual(['const a = 1234', 'const b = a', 'display(b)']);
    notebook.undo();
    notebook.edit(3, 'display(a)');
    expect(notebook.canRedo.value).toBe(false);
  });

  test('what is typed as it already stands is no change', async () => {
    const { notebook } = await open(own);
    notebook.edit(1, 'const a = 1');
    notebook.setMode(1, 'ts');
    expect(notebook.canUndo.value).toBe(false);
  });

  test('cells are inserted, moved, removed, and come back with their numbers', async () => {
    const { notebook } = await open(own);
    const ids = () => notebook.cells.value.map(({ id }) => id);
    const added = notebook.insert(1, 'md');
    expect(added).toBe(4);
    notebook.move(3, -1);
    expect(ids()).toEqual([1, 4, 3, 2]);
    notebook.move(1, -1);
    notebook.move(2, 1);
    expect(ids()).toEqual([1, 4, 3, 2]);
    notebook.remove(4);
    // Its number is not given again: an undo brings it back.
    expect(notebook.insert(0, 'ts')).toBe(5);
    expect(ids()).toEqual([5, 1, 3, 2]);
    notebook.undo();
    notebook.undo();
    expect(ids()).toEqual([1, 4, 3, 2]);
    expect(() => notebook.insert(5, 'ts')).toThrow(/expected a place from 0 to 4, got 5/);
  });

  test('one cell, or all, are as they were when the notebook was opened; that can be undone too', async () => {
    const { notebook } = await open(own);
    notebook.edit(1, 'const a = 7');
    notebook.setMode(3, 'md');
    const added = notebook.insert(3, 'ts');
    expect([1, 2, 3, added].map((id) => notebook.isChanged(id))).toEqual([true, false, true, true]);
    notebook.reset(1);
    notebook.reset(added);
    expect(sources(notebook)).toEqual(['const a = 1', 'const b = a + 1', 'display(b)', '']);
    expect(notebook.cells.value[2].mode).toBe('md');
    notebook.remove(2);
    notebook.resetAll();
    expect(sources(notebook)).toEqual(['const a = 1', 'const b = a + 1', 'display(b)']);
    expect([1, 2, 3].some((id) => notebook.isChanged(id))).toBe(false);
    notebook.undo();
    expect(sources(notebook)).toEqual(['const a = 1', 'display(b)', '']);
  });
});

describe('files', () => {
  test('a notebook is taken away as it is now, and opened again', async () => {
    const { notebook } = await open(own);
    notebook.edit(1, 'const a = "</script> & 1 < 2"');
    const { name, text } = notebook.download('html');
    expect(name).toBe('own.html');
    const { notebook: other } = await open(own);
    await other.openFile(file('mine.html', text));
    expect(sources(other)).toEqual(sources(notebook));
    expect(other.title.value).toBe('Tried');
    expect(other.isChanged(1)).toBe(false);
    expect(other.download('html')).toEqual({ name: 'mine.html', text });
    const jupyter = other.download('ipynb');
    expect(jupyter.name).toBe('mine.ipynb');
    expect(JSON.parse(jupyter.text).cells.at(-1).source).toEqual(['display(b)']);
    await notebook.openFile(file(jupyter.name, jupyter.text));
    expect(notebook.download('html')).toEqual({ name: 'mine.html', text });
  });

  test.each([
    ['no notebook', 'bad.html', '<!doctype html>\n<p>hello', /^bad\.html:2:1: expected <notebook>, got <p>$/],
    [
      'a cell of another type',
      'b.html',
      textOf('1').replace('x-typescript', 'x-sql'),
      /^b\.html:4:3: expected a cell of type/,
    ],
    ['other bytes', 'c.html', '\ud800', /^c\.html:1:1: expected <notebook>/],
  ])('%s is refused with the place, and the open one stays', async (_, name, text, message) => {
    const { notebook } = await open(own);
    notebook.edit(1, 'const a = 5');
    await expect(notebook.openFile(file(name, text))).rejects.toThrow(message);
    expect(sources(notebook)[0]).toBe('const a = 5');
    expect(notebook.origin.value).toBe('built-in');
    notebook.undo();
    expect(sources(notebook)[0]).toBe('const a = 1');
  });

  test('what is no text, too large, or gone is refused in words', async () => {
    const { notebook } = await open(own);
    const bytes = new File([Uint8Array.of(0x80, 0xff)], 'bytes.html');
    await expect(notebook.openFile(bytes)).rejects.toThrow(
      'bytes.html: expected text in UTF-8, got other bytes',
    );
    const large = { name: 'large.html', size: 2 ** 24 + 1, arrayBuffer: bytes.arrayBuffer };
    await expect(notebook.openFile(large)).rejects.toThrow(
      /^large\.html: expected a notebook of at most 16777216 bytes, got 16777217$/,
    );
    const gone = { name: 'gone.html', size: 1, arrayBuffer: () => Promise.reject(new Error('it is gone')) };
    await expect(notebook.openFile(gone)).rejects.toThrow(
      'gone.html: expected a file that can be read, got: it is gone',
    );
  });
});
