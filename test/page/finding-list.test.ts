import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/diagnostics/index.js';
import {
  CalmList,
  entriesOf,
  instrumentOf,
  placesIn,
  summaryOf,
} from '../../src/page/instruments/findings/finding-list.js';

const finding = (
  severity: Finding['severity'],
  rule: Finding['rule'],
  place: string,
  text = `${rule} of the outputs`,
): Finding => ({ severity, rule, place, text, threshold: 0 });

describe('entriesOf', () => {
  test('one entry for a rule, with the words of its worst place and the others by name', () => {
    const [entry, ...rest] = entriesOf([
      finding('problem', 'saturated', 'layer 5 Tanh', '60 %'),
      finding('warning', 'saturated', 'layer 3 Tanh', '40 %'),
    ]);
    expect(rest).toEqual([]);
    expect(entry).toMatchObject({
      severity: 'problem',
      place: 'layer 5 Tanh',
      text: '60 %',
      also: ['layer 3 Tanh'],
    });
  });

  test('keeps the order of the findings: what explains the rest first', () => {
    const keys = (...found: Finding[]) => entriesOf(found).map(({ key }) => key);
    const [rate, saturated] = [
      finding('warning', 'rate-high', 'learning rate'),
      finding('problem', 'saturated', 'layer 3 Tanh'),
    ];
    const [confident, dead] = [
      finding('warning', 'confident', 'loss'),
      finding('note', 'dead', 'layer 3 Tanh'),
    ];
    expect(keys(saturated, confident, rate, dead)).toEqual([
      'saturated saturation',
      'confident loss',
      'rate-high updates',
      'dead saturation',
    ]);
    expect(keys(rate, saturated, dead)).toEqual([
      'rate-high updates',
      'saturated saturation',
      'dead saturation',
    ]);
  });

  test('keeps that order while the run plays too', () => {
    const list = new CalmList();
    const order = (...found: Finding[]) =>
      list.update(entriesOf(found), 0, []).map(({ key }) => key.split(' ')[0]);
    const saturated = finding('problem', 'saturated', 'layer 3 Tanh');
    const rate = finding('warning', 'rate-high', 'learning rate');
    expect(order(saturated)).toEqual(['saturated']);
    expect(order(rate, finding('warning', 'vanishing', 'layer 3 Tanh'))[0]).toBe('saturated');
    list.set([], 0);
    expect(order(rate, saturated)).toEqual(['rate-high', 'saturated']);
  });

  test('vanishing outputs and vanishing gradients are two', () => {
    const entries = entriesOf([
      finding('warning', 'vanishing', 'layer 11 Tanh', 'The std of the outputs goes down; raise the gain.'),
      finding('warning', 'vanishing', 'layer 3 Tanh', 'The std of the gradients goes down; raise the gain.'),
    ]);
    expect(entries.map(({ seenIn }) => seenIn)).toEqual(['activations', 'gradients']);
  });
});

test('each finding is seen in an instrument', () => {
  const seen = (rule: Finding['rule'], place: string, text: string) => instrumentOf({ rule, place, text });
  expect(seen('not-finite', 'layer 3 Tanh', '1 NaN and 0 infinite values begin in the output; …')).toBe(
    'activations',
  );
  expect(seen('not-finite', 'parameter 2.weight', '1 NaN begin in the gradient; …')).toBe('gradients');
  expect(seen('not-finite', 'parameter 2.weight', '1 NaN begin in the parameter; …')).toBe('weights');
  expect(seen('no-gradient', 'parameter 2.weight', 'The gradient is exactly 0')).toBe('gradients');
  expect(seen('saturated', 'layer 3 Tanh', '… hardly any gradient gets through')).toBe('saturation');
  expect(seen('confident', 'loss', '')).toBe('loss');
  expect(seen('rate-low', 'learning rate', '')).toBe('updates');
});

describe('while a run plays', () => {
  const [saturated] = entriesOf([finding('warning', 'saturated', 'layer 3 Tanh', '31 %')]);
  const [dead] = entriesOf([finding('note', 'dead', 'layer 3 Tanh', '2 of 200')]);

  test('an entry that comes and goes stays two seconds after it was last found', () => {
    const list = new CalmList();
    let shown = list.set([], 0);
    shown = list.update([saturated], 100, shown);
    expect(shown).toEqual([saturated]);
    for (let now = 133; now < 2100; now += 33) shown = list.update([], now, shown);
    expect(shown).toEqual([saturated]);
    expect(list.update([], 2100, shown)).toEqual([]);
  });

  test('words stay long enough to be read, and the array is the same where nothing changes', () => {
    const list = new CalmList();
    const first = list.set([saturated], 0);
    const changed = { ...saturated, text: '32 %' };
    expect(list.update([changed], 500, first)).toBe(first);
    expect(list.update([changed], 1600, first)).toEqual([changed]);
  });

  test('the order does not depend on what came first', () => {
    const list = new CalmList();
    const shown = list.update([dead], 0, []);
    expect(list.update([dead, saturated], 30, shown)).toEqual([saturated, dead]);
  });

  test('at rest it is what was found', () => {
    const list = new CalmList();
    list.update([saturated], 0, []);
    expect(list.set([dead], 30)).toEqual([dead]);
  });
});

test('places and numbers in words', () => {
  const layers = ['Embedding', 'Flatten', 'Linear', 'Tanh', 'Linear', 'Tanh', 'Linear', 'Tanh'].map(
    (kind, i) => ({ place: `layer ${i} ${kind}`, kind }),
  );
  expect(placesIn(['layer 5 Tanh'], layers)).toBe('tanh 2 of 3');
  expect(placesIn(['layer 5 Tanh', 'layer 7 Tanh'], layers)).toBe('tanh 2, 3 of 3');
  expect(placesIn(['parameter 2.weight', 'layer 7 Tanh'], layers)).toBe(
    'weight of linear 1 of 3, tanh 3 of 3',
  );
  expect(placesIn(['loss'], layers)).toBe('loss');
  expect(summaryOf([])).toBe('Nothing looks wrong.');
  const two = [finding('problem', 'saturated', 'a'), finding('problem', 'confident', 'loss')];
  expect(summaryOf(entriesOf([...two, finding('note', 'dead', 'b')]))).toBe('2 problems, 1 note.');
});
