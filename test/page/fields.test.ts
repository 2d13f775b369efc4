import { expect, test } from 'vitest';
import type { RunView } from '../../src/page/session/session.js';
import { fields, parse, presets, settingOf, shownText, textOf } from '../../src/page/settings/fields.js';
import { characterText } from '../../src/page/view/character.js';
import { labelOf } from '../../src/page/view/label.js';

const field = (name: string) => {
  const found = fields.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

test('the presets read as they are written', () => {
  for (const net of ['mlp', 'deep'] as const)
    for (const each of fields.filter((one) => one.net === 'both' || one.net === net)) {
      const value = settingOf(presets[net], each);
      expect(parse(each, textOf(each, value)), each.name).toEqual(value);
    }
});

test.each<[string, string, unknown]>([
  ['lr', ' .5 ', 0.5],
  ['lr', '1e-3', 1e-3],
  ['gain', '1, 5/3', [1, 5 / 3]],
  ['gain', '', null],
  ['bias', '', null],
  ['batch-norm', 'no', false],
  ['seed', '-9223372036854775808', -(2n ** 63n)],
  ['seed', '9007199254740991', Number.MAX_SAFE_INTEGER],
  ['seed', '9007199254740992', 2n ** 53n],
])('%s %j is %s', (name, text, value) => {
  expect(parse(field(name), text)).toEqual(value);
});

test('a gain of 5/3 is written so, on the page, in links and for the command', () => {
  expect(textOf(field('gain'), [1, 5 / 3, 0.3, 1.6667])).toBe('1,5/3,0.3,1.6667');
});

test.each([
  ['lr', '-1'],
  ['lr', '1/0'],
  ['lr', '0x10'],
  ['lr', 'Infinity'],
  ['hidden', '1.5'],
  ['hidden', '1e3'],
  ['hidden', ''],
  ['steps', '9007199254740993'],
  ['gain', '1,,2'],
  ['gain', '1/2/3'],
  ['seed', '1n'],
  ['batch-norm', 'true'],
  ['activation', 'constructor'],
])('%s %j is refused', (name, text) => {
  expect(() => parse(field(name), text)).toThrow(new RegExp(`^${field(name).label}: expected .*, got `));
});

test('a label says what is not as in the lecture, and where a run comes from', () => {
  const label = (net: 'mlp' | 'deep', changed: object, info: object = {}) =>
    labelOf({ info: { id: 3, settings: { ...presets[net], ...changed }, ...info } } as RunView);
  expect(label('mlp', {})).toBe('3: first network');
  expect(label('mlp', { init: 'original', steps: 5 })).toBe('3: first network, original');
  expect(label('deep', { gain: 3, batchNorm: false })).toBe('3: six-layer network, gain 3, no batch norm');
  expect(label('deep', { depth: 3, bias: true, activation: 'relu' })).toBe(
    '3: 3-layer network, relu, with bias',
  );
  expect(label('mlp', {}, { parent: { id: 1, step: 1000 } })).toBe(
    '3: first network, from step 1,000 of run 1',
  );
  expect(label('mlp', {}, { file: { source: 'a.st', step: 7 } })).toBe(
    '3: first network, from step 7 of a.st',
  );
});

test('an empty gain or bias shows the value that is in force', () => {
  const [gain, bias] = ['gain', 'bias'].map(field);
  expect(['yes', 'no'].map((batchNorm) => shownText(gain, { batchNorm, gain: '' }))).toEqual(['1', '5/3']);
  expect(['yes', 'no'].map((batchNorm) => shownText(bias, { batchNorm, bias: '' }))).toEqual(['no', 'yes']);
  expect(shownText(gain, { batchNorm: 'yes', gain: '2,3' })).toBe('2,3');
});

test('a character by itself is seen, whatever it is', () => {
  expect(['a', '.', 'é', ' ', '\t', '\u00a0', '\u200d', '\u202e', '\u{e0061}'].map(characterText)).toEqual([
    'a',
    '.',
    'é',
    '␣',
    '\\u{9}',
    '\\u{a0}',
    '\\u{200d}',
    '\\u{202e}',
    '\\u{e0061}',
  ]);
});
