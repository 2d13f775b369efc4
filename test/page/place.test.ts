import fc from 'fast-check';
import { expect, test } from 'vitest';
import { embedTag } from '../../src/page/frame/copy-embed.js';
import { readAddress, writeAddress } from '../../src/page/settings/address.js';
import { readPlace, writePlace } from '../../src/page/settings/place.js';

const runs = writeAddress(readAddress('net=deep&gain=3|net=mlp&names=0123456789ab').runs);

const id = fc.stringMatching(/^[a-z0-9-]{1,60}$/);
const place = fc.record({
  view: fc.constantFrom('lessons' as const, 'free' as const, 'benchmark' as const),
  lesson: fc.option(id, { nil: undefined }),
  embed: fc.option(id, { nil: undefined }),
  theme: fc.option(fc.constantFrom('light' as const, 'dark' as const), { nil: undefined }),
});

test('what is written is read again, with the runs behind it', () => {
  fc.assert(
    fc.property(place, (written) => {
      const read = readPlace(writePlace(written, runs));
      const { view, embed, theme } = written;
      const lesson = view === 'lessons' ? written.lesson : undefined;
      expect(read).toEqual({
        view,
        ...(lesson !== undefined && { lesson }),
        ...(embed !== undefined && { embed }),
        ...(theme !== undefined && { theme }),
        runs: runs.slice(1),
        problems: [],
      });
    }),
  );
});

test('an address of settings alone is free play, an empty one the lessons', () => {
  expect(readPlace(runs)).toMatchObject({ view: 'free', runs: runs.slice(1) });
  expect(readPlace('#')).toMatchObject({ view: 'lessons', runs: '' });
  expect(readPlace('#lesson=first-loss')).toMatchObject({ view: 'lessons', lesson: 'first-loss', runs: '' });
  expect(writePlace({ view: 'free' }, runs)).toBe(runs);
});

test('what cannot be read is said, and the rest holds', () => {
  const { view, problems, runs: rest } = readPlace('#view=desk&theme=blue&lesson=%3Cb%3E&net=mlp&lr=0.2');
  expect([view, rest]).toEqual(['free', 'net=mlp&lr=0.2']);
  expect(problems).toEqual([
    'lesson: expected the name or number of a lesson, got ‘%3Cb%3E’',
    'theme: expected light or dark, got ‘blue’',
    'view: expected lessons, free, benchmark, got ‘desk’',
  ]);
});

test('a tag that embeds shows one panel of the runs of the address, and has nothing that ends its attribute', () => {
  const tag = embedTag(`https://example.org/a"b/${runs}`, 'activations', 'Activations');
  const [, source] = /^<iframe src="([^"]*)" title="lanewise: Activations" /.exec(tag) ?? [];
  const address = new URL(source.replaceAll('&amp;', '&'));
  expect(address.pathname).toBe('/a%22b/');
  expect(readPlace(address.hash)).toMatchObject({ embed: 'activations', runs: runs.slice(1) });
});
