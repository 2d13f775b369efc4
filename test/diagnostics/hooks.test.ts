import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onBackward, onForward } from '../../src/diagnostics/index.js';
import {
  type Core,
  Generator,
  type Layer,
  Linear,
  load,
  ReLU,
  Sequential,
  Tanh,
  type Tensor,
} from '../../src/index.js';

describe('hooks', () => {
  let core: Core;
  beforeAll(async () => {
    core = await load();
  });
  afterAll(() => core.dispose());

  function setUp() {
    const layers = [new Linear(3, 4), new Sequential([new Tanh(), new Linear(4, 2)]), new ReLU()] as const;
    const model = new Sequential(layers);
    model.reserve(core, 5, 3);
    model.initialise(new Generator(1));
    const [first, inner, last] = layers;
    const leaves: Layer[] = [first, ...inner.layers, last];
    const x = core.tensor([5, 3]).set(new Generator(2).randn(15));
    const dy = core.tensor([5, 2]).fill(1);
    return { model, leaves, x, dy };
  }

  test('run after each layer in the order of the pass, with what it returned', () => {
    const { model, leaves, x, dy } = setUp();
    const seen: [Layer, Tensor | undefined, number[]][] = [];
    const note = (layer: Layer, tensor: Tensor | undefined) => {
      seen.push([layer, tensor, [...(tensor as Tensor).toArray()]]);
    };
    onForward(model, note);
    onBackward(model, note);
    const out = model.forward(x);
    expect(seen.map(([layer]) => leaves.indexOf(layer))).toEqual([0, 1, 2, 3]);
    seen.forEach(([layer, tensor, values]) => {
      expect(tensor).toBe(layer.out);
      expect(values).toEqual([...(layer.out as Tensor).toArray()]);
    });
    expect(seen[3][1]).toBe(out);
    seen.length = 0;
    model.backward(dy);
    expect(seen.map(([layer]) => leaves.indexOf(layer))).toEqual([3, 2, 1, 0]);
    for (const [layer, tensor] of seen) expect(tensor).toBe(layer.dx);
  });

  test('are gone when unregistered, whatever the order, and leave the methods as they were', () => {
    const { model, leaves, x } = setUp();
    const own = (layer: Layer) => Object.hasOwn(layer, 'forward') || Object.hasOwn(layer, 'backward');
    const calls: string[] = [];
    const hook = (name: string) => () => void calls.push(name);
    const same = hook('a');
    const remove = [onForward(model, same), onForward(model, hook('b')), onForward(leaves[1], same)];
    model.forward(x);
    expect(calls.join('')).toBe('ababaabab');
    calls.length = 0;
    remove[0]();
    remove[0]();
    model.forward(x);
    expect(calls.join('')).toBe('bbabb');
    remove[1]();
    expect(leaves.map(own)).toEqual([false, true, false, false]);
    remove[2]();
    expect(leaves.some(own)).toBe(false);
    calls.length = 0;
    model.forward(x);
    expect(calls).toEqual([]);
  });

  test('may unregister from within, and keep a method that was set on the layer', () => {
    const { leaves, x } = setUp();
    const [layer] = leaves;
    const { forward } = layer;
    const mine = (input: Tensor) => forward.call(layer, input);
    layer.forward = mine;
    const calls: string[] = [];
    const remove = onForward(layer, () => {
      calls.push('once');
      remove();
    });
    const other = onForward(layer, () => void calls.push('other'));
    layer.forward(x);
    layer.forward(x);
    expect(calls).toEqual(['once', 'other', 'other']);
    other();
    expect(layer.forward).toBe(mine);
  });

  test('a layer that someone wraps in between calls none after they are unregistered, and may have new ones', () => {
    const { leaves, x } = setUp();
    const [layer] = leaves;
    let calls = 0;
    const remove = onForward(layer, () => void calls++);
    const hooked = layer.forward;
    layer.forward = (input) => hooked(input);
    remove();
    layer.forward(x);
    expect(calls).toBe(0);
    onForward(layer, () => void calls++);
    layer.forward(x);
    expect(calls).toBe(1);
  });
});
