/**
 * Functions called after a layer's forward or backward. They wrap the method of the layer itself and give it back when
 * the last one is unregistered: a network without hooks runs the code that it runs without this file.
 */
import { came } from '../core/kind.js';
import type { Indices, Tensor } from '../core/tensor.js';
import type { Layer } from '../nn/layer.js';
import { placedLayers } from './places.js';

/** After a forward: its output. */
export type ForwardHook = (layer: Layer, out: Tensor) => void;
/** After a backward: the gradient by the layer's input; undefined where a layer has none (`Embedding`). */
export type BackwardHook = (layer: Layer, dx: Tensor | undefined) => void;

/**
 * Calls the hook after each forward of the layer or, for a `Sequential`, of each layer in it, in the order they run;
 * forwards of an evaluation or a calibration too. Several hooks run in the order of their registration. The tensor is
 * the layer's own, overwritten at its next forward; what the hook writes there, the next layer reads. Returns a function
 * that unregisters.
 */
export function onForward(model: Layer | Layer<Indices>, hook: ForwardHook): () => void {
  return register('onForward', model as Layer, 'forward', hook as Hook);
}

/** Calls the hook after each backward, from the last layer to the first; otherwise as `onForward`. */
export function onBackward(model: Layer | Layer<Indices>, hook: BackwardHook): () => void {
  return register('onBackward', model as Layer, 'backward', hook as Hook);
}

type Method = 'forward' | 'backward';
type Hook = (layer: Layer, result: Tensor | undefined) => void;

interface Wrapped {
  /** Replaced, never changed, so that a hook may unregister while the hooks run. */
  hooks: readonly Hook[];
  restore(): void;
}

const wrappedLayers = { forward: new WeakMap<Layer, Wrapped>(), backward: new WeakMap<Layer, Wrapped>() };

function register(place: string, model: Layer, method: Method, hook: Hook): () => void {
  if (typeof model?.[method] !== 'function')
    throw new TypeError(`${place}: expected a layer or a model, got ${came(model)}`);
  if (typeof hook !== 'function') throw new TypeError(`${place}: expected a function, got ${came(hook)}`);
  // A registration is told from another one of the same function.
  const own: Hook = (layer, result) => hook(layer, result);
  // A layer that stands in two places is wrapped once.
  const layers = new Set(placedLayers(model).map(({ layer }) => layer));
  for (const layer of layers) {
    const wrapped = wrappedLayers[method].get(layer) ?? wrap(layer, method);
    wrapped.hooks = [...wrapped.hooks, own];
  }
  return () => {
    for (const layer of layers) {
      const wrapped = wrappedLayers[method].get(layer);
      if (wrapped === undefined) continue;
      wrapped.hooks = wrapped.hooks.filter((other) => other !== own);
      if (wrapped.hooks.length === 0) wrapped.restore();
    }
  };
}

function wrap(layer: Layer, method: Method): Wrapped {
  const target = layer as unknown as Record<Method, (x: Tensor) => Tensor | undefined>;
  const own = Object.hasOwn(target, method);
  const original = target[method];
  const call = (x: Tensor) => {
    const result = original.call(layer, x);
    for (const hook of wrapped.hooks) hook(layer, result);
    return result;
  };
  const wrapped: Wrapped = {
    hooks: [],
    restore() {
      // Where someone else has wrapped the wrapping, it stays, with nothing to call.
      if (target[method] !== call) return;
      if (own) target[method] = original;
      else delete (target as Partial<typeof target>)[method];
      wrappedLayers[method].delete(layer);
    },
  };
  target[method] = call;
  wrappedLayers[method].set(layer, wrapped);
  return wrapped;
}
