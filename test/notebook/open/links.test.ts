import { describe, expect, test } from 'vitest';
import { fetchNotebook, readLink } from '../../../src/page/notebook/files.js';

const page = 'https://example.org/some/where/notebook.html';

describe('an address', () => {
  test.each([
    ['', {}],
    ['#cell=12', { cell: 12 }],
    ['#cell=0', {}],
    ['#cell=x&open=a.html', { open: 'a.html' }],
    ['#open=lessons%2Fa%20b.html&cell=3', { cell: 3, open: 'lessons/a b.html' }],
    ['#open=', {}],
  ])('%s asks for %o', (hash, asked) => {
    expect(readLink(hash)).toEqual(asked);
  });
});

describe('a link to a notebook', () => {
  const asked: string[] = [];
  const fetched = (async (address: URL) => {
    asked.push(String(address));
    return address.pathname.endsWith('missing.html')
      ? new Response('', { status: 404 })
      : new Response('the text');
  }) as unknown as typeof fetch;

  test.each([
    ['a%20b.html', 'a b.html'],
    ['/lessons/c.html?x=1', 'c.html'],
    ['%zz.html', '%zz.html'],
  ])('%s is fetched from the page’s own server', async (link, name) => {
    expect(await fetchNotebook(link, page, fetched)).toEqual({ name, text: 'the text' });
  });

  test.each([
    'https://elsewhere.org/a.html',
    '//elsewhere.org/a.html',
    'http://example.org/a.html',
    'data:text/html,x',
    'javascript:1',
    'http://[',
  ])('%s is refused, and nobody asked', async (link) => {
    asked.length = 0;
    await expect(fetchNotebook(link, page, fetched)).rejects.toThrow(
      `expected a link to a notebook on https://example.org, got '${link}'`,
    );
    expect(asked).toEqual([]);
  });

  test('to one that is not there says so', async () => {
    await expect(fetchNotebook('missing.html', page, fetched)).rejects.toThrow(
      '/some/where/missing.html: expected a notebook, got: status 404',
    );
  });
});
