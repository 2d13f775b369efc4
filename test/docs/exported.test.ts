import { describe, expect, test } from 'vitest';
import { ENTRIES, exportedOf } from './exported.js';

describe.each(Object.entries(ENTRIES))('%s', (entry, file) => {
  const all = exportedOf(file);

  test('every name has a docstring, which the reference is made of', () => {
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter(({ doc }) => doc === '').map(({ name, file }) => `${name} (${file})`)).toEqual([]);
  });

  if (entry !== 'lanewise') return;
  const classes = all.filter(({ kind }) => kind === 'class' || kind === 'function');
  const isOf = (folders: RegExp) => classes.filter(({ file }) => folders.test(file));

  test('what follows torch or a paper says its source', () => {
    const sourced = isOf(/^src\/(?:init|nn|optim)\//).filter(({ name }) => name !== 'Parameter');
    expect(sourced.length).toBeGreaterThan(40);
    expect(sourced.filter(({ doc }) => !/Source: \w/.test(doc)).map(({ name }) => name)).toEqual([]);
  });

  test('layers, losses, optimizers, schedules and initialisations say their errors', () => {
    const thrown = isOf(/^src\/(?:init|nn|optim)\//).filter(({ name }) => name !== 'Parameter');
    const silent = thrown.filter(({ doc }) => !/Errors:? |(?:Type|Range)Error for/.test(doc));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test('layers with a shape of their own say it, and losses their unit or formula', () => {
    const layers = isOf(/^src\/nn\/(?!losses|activations|fold|layer\.|sequential)/);
    expect(layers.filter(({ doc }) => !/\((?:n|\.\.\.)\b|\(rows/.test(doc)).map(({ name }) => name)).toEqual(
      [],
    );
    const losses = isOf(/^src\/nn\/losses\//);
    expect(losses.filter(({ doc }) => !/nats|[²|]/.test(doc)).map(({ name }) => name)).toEqual([]);
  });
});
