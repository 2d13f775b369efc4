import { beforeAll, describe, expect, test } from 'vitest';
import { deepSettings, lectureSettings } from '../../src/makemore/index.js';
import type { NetworkView } from '../../src/page/engine/protocol.js';
import { Runs } from '../../src/page/engine/runs.js';
import { counterpart } from '../../src/page/network/shown-layer.js';
import { flowOf, litIn, reachedIn, stagesOf } from '../../src/page/network/slow-motion.js';
import {
  captionOf,
  contextOf,
  layerText,
  namesOf,
  nearestTo,
  probabilitiesText,
  stageText,
  unitText,
} from '../../src/page/network/words.js';

const letters = ['.', ...'abcdefghijklmnopqrstuvwxyz'];
const asked = { example: 2, bins: 40 } as const;

const views = new Map<string, NetworkView>();
beforeAll(async () => {
  const runs = new Runs();
  const networks = {
    mlp: { ...lectureSettings, steps: 30 },
    deep: { ...deepSettings, steps: 30, hidden: 20 },
  };
  for (const [name, settings] of Object.entries(networks)) {
    const { id } = await runs.open(settings, undefined, 'auto');
    await runs.play(id, 12);
    for (const flow of ['forward', 'gradient', 'update'] as const)
      views.set(`${name} ${flow}`, structuredClone(await runs.networkView(id, { ...asked, flow })));
    views.set(
      `${name} ahead`,
      structuredClone(await runs.networkView(id, { ...asked, flow: 'gradient', ahead: true })),
    );
    views.set(
      `${name} own`,
      structuredClone(await runs.networkView(id, { ...asked, flow: 'forward', context: [5, 13, 13] })),
    );
  }
});
const viewOf = (name: string) => views.get(name) as NetworkView;

describe('what was typed', () => {
  test('is the last characters, with boundaries before them', () => {
    expect(contextOf('emm', letters, 3)).toEqual([5, 13, 13]);
    expect(contextOf('e', letters, 3)).toEqual([0, 0, 5]);
    expect(contextOf('emma', letters, 3)).toEqual([13, 13, 1]);
    expect(contextOf('.e', letters, 3)).toEqual([0, 0, 5]);
    expect(contextOf('', letters, 3)).toEqual([0, 0, 0]);
  });

  test('says which character is none', () => {
    expect(contextOf('eé', letters, 3)).toEqual({ unknown: 'é' });
    expect(contextOf('E', letters, 3)).toEqual({ unknown: 'E' });
  });
});

describe('words', () => {
  test('say of what the picture is', () => {
    const view = viewOf('mlp forward');
    const context = view.tokens.map((token) => letters[token]).join('');
    expect(captionOf(view, letters)).toEqual({
      which: 'Example 3 of 32 of the last minibatch',
      what: `${context} → ${letters[view.target as number]}, loss ${view.loss?.toFixed(2)} (mean ${view.batchLoss.toFixed(2)})`,
    });
    expect(captionOf(viewOf('mlp ahead'), letters).which).toMatch(
      /of the minibatch of step 12, which comes next$/,
    );
    expect(captionOf(viewOf('mlp own'), letters)).toEqual({
      which: 'Your context, with the running statistics',
      what: 'emm; beneath it the spread over the last minibatch',
    });
    expect(captionOf(viewOf('mlp update'), letters).what).toContain('std(lr · gradient) / std(data)');
  });

  test('have the numbers of each layer, by a name that does not move', () => {
    const view = viewOf('deep forward');
    const names = namesOf(view);
    const tanh = view.layers[5];
    expect(names.get(tanh.place)).toBe('tanh 2 of 5');
    const text = layerText(tanh, 'tanh 2 of 5', 'forward');
    expect(text).toContain(`std ${tanh.std.toFixed(2)}`);
    expect(text).toMatch(/saturated, no unit dead on this batch\.$/);
    expect(layerText(viewOf('deep gradient').layers[5], 'tanh 2 of 5', 'gradient')).toMatch(
      /^tanh 2 of 5: gradient by its outputs has std [\d.e−]+\.$/,
    );
    const norm = viewOf('deep update').layers[1];
    expect(layerText(norm, 'batch norm 1 of 6', 'update')).toBe(
      `batch norm 1 of 6: update to data 10^${norm.updates[0].ratio.toFixed(1)} (gamma), 10^${norm.updates[1].ratio.toFixed(1)} (beta).`.replaceAll(
        '-',
        '−',
      ),
    );
    expect(layerText(tanh, 'tanh', 'update')).toBe('tanh: no parameters.');
    expect(layerText({ ...tanh, notFinite: 0.25 }, 'tanh', 'forward')).toContain(
      '25.0\u00a0% are no finite numbers.',
    );
  });

  test('name the likeliest characters, and the target', () => {
    const view = viewOf('mlp forward');
    const best = view.probabilities.indexOf(Math.max(...view.probabilities));
    const text = probabilitiesText(view, letters);
    expect(text.startsWith(`Next character: “${letters[best]}” `)).toBe(true);
    expect(text).toContain(`the target “${letters[view.target as number]}” has `);
    expect(probabilitiesText(viewOf('mlp own'), letters)).not.toContain('target');
  });

  test('say whether a unit is alive', () => {
    const unit = { position: 4, unit: 7, incoming: undefined, bias: undefined, gradient: undefined };
    expect(unitText({ ...unit, outputs: new Float32Array(32), closed: 1 })).toBe(
      'Dead on this batch: it lets no gradient through in any of 32 examples.',
    );
    expect(unitText({ ...unit, outputs: new Float32Array(32), closed: 0.25 })).toBe(
      'Alive: it lets a gradient through in 24 of 32 examples.',
    );
  });

  test('have the nearest characters by distance', () => {
    const table = [0, 0, 3, 4, 1, 0, 0, 2];
    expect(nearestTo(0, table, 4)).toEqual([
      { token: 2, distance: 1 },
      { token: 3, distance: 2 },
      { token: 1, distance: 5 },
    ]);
  });
});

describe('slow motion', () => {
  test('goes forward through every layer, to the loss, back through each, and updates', () => {
    const view = viewOf('mlp forward');
    const stages = stagesOf(view.layers);
    expect(stages.map(({ at }) => at)).toEqual([
      'gather',
      ...Array(4).fill('forward'),
      'loss',
      ...Array(4).fill('back'),
      'scatter',
      'update',
    ]);
    const places = stages.flatMap((stage) => ('position' in stage ? [stage.position] : []));
    expect(places).toEqual([2, 3, 4, 5, 5, 4, 3, 2]);
    expect(stages.map(flowOf)).toEqual([...Array(6).fill('forward'), ...Array(5).fill('gradient'), 'update']);
  });

  test('lights one place at a time, all that moves in the update, and nothing that is not reached', () => {
    const view = viewOf('mlp forward');
    const stages = stagesOf(view.layers);
    for (const stage of stages) {
      const lit = litIn(stage, view);
      expect(lit.size).toBe(stage.at === 'update' ? 4 : 1);
      for (const place of lit) expect(reachedIn(stage, place)).toBe(true);
    }
    expect(reachedIn(stages[2], 4)).toBe(false);
    expect(reachedIn(stages[2], 'loss')).toBe(false);
    // Back, it has not come to what is before.
    expect(reachedIn(stages[7], 3)).toBe(false);
    expect(reachedIn(stages[7], 'loss')).toBe(true);
  });

  test('tells formulas whose numbers hold', () => {
    const view = viewOf('mlp ahead');
    const stages = stagesOf(view.layers);
    const [norm, tanh] = [view.layers[1], view.layers[2]];
    const unit = 17;
    const number = (value: number) => value.toFixed(2).replace('-', '−');
    expect(stageText(stages[3], view, { vocabulary: letters, unit })).toEqual({
      title: 'tanh 1 of 1',
      formula: 'y = tanh(x)',
      numbers: `unit 17: tanh(${number(norm.outputs[unit])}) = ${number(Math.tanh(norm.outputs[unit]))}`,
    });
    expect(stageText(stages[0], view, { vocabulary: letters }).numbers).toContain('10 numbers');
    const loss = stageText(stages[5], view, { vocabulary: letters });
    expect(loss.numbers).toContain(`= ${(-Math.log(view.probabilities[view.target as number])).toFixed(2)}`);
    // (1 − y²) dL/dy is dL/dx.
    const [dy, dx] = [(tanh.gradient as Float32Array)[unit], (norm.gradient as Float32Array)[unit]];
    expect((1 - tanh.outputs[unit] ** 2) * dy).toBeCloseTo(dx, 8);
    const back = stageText(stages[7], view, { vocabulary: letters, unit });
    expect(back.title).toBe('back through tanh 1 of 1');
    expect(back.formula).toBe('dL/dx = (1 − y²) dL/dy');
    for (const stage of stages) {
      const { title, formula, numbers } = stageText(stage, view, { vocabulary: letters, unit });
      expect(`${title}${formula}${numbers}`).not.toMatch(/undefined|NaN|none/);
    }
  });

  test('has words for every stage of six layers', () => {
    const view = viewOf('deep ahead');
    for (const stage of stagesOf(view.layers)) {
      const { title, formula, numbers } = stageText(stage, view, { vocabulary: letters });
      expect(`${title}${formula}${numbers}`).not.toMatch(/undefined|NaN|none/);
    }
    expect(stagesOf(view.layers)).toHaveLength(2 * 17 + 4);
    expect(stageText({ at: 'update' }, viewOf('deep update'), { vocabulary: letters }).numbers).toMatch(
      /^log₁₀ of update to data: embedding −\d\.\d, linear 1 of 6 −\d\.\d, .* …$/,
    );
  });
});

test('A layer’s counterpart in another network is found by its name, wherever batch norm has moved it', async () => {
  const runs = new Runs();
  const without = { ...lectureSettings, init: 'kaiming', steps: 3 } as const;
  const { id } = await runs.open(without, undefined, 'auto');
  await runs.play(id, 2);
  const other = structuredClone(await runs.networkView(id, { ...asked, flow: 'forward' }));
  const view = viewOf('mlp forward');
  const places = [0, 2, 3, 4, 5].map((position) => counterpart(view, other, position)?.place);
  expect(places).toEqual([
    'layer 0 Embedding',
    'layer 2 Linear',
    undefined,
    'layer 3 Tanh',
    'layer 4 Linear',
  ]);
  expect(counterpart(view, viewOf('deep forward'), 4)).toBeUndefined();
});
