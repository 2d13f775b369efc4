import type { Layer } from './layer.js';

/** The name of a layer's class, by what it prints, since a bundler may shorten the names of classes. */
export function layerName(layer: Layer): string {
  const [name] = /^\w*/.exec(String(layer)) ?? [];
  return name || layer.constructor.name;
}

const LAYER = /^layer ([\d.]+: )/;

/** The error of a layer with the position in front of its message. */
export function at(position: number, error: unknown): unknown {
  // By what it has: an error of another realm is none of this one's class.
  const { message } = (error ?? {}) as Error;
  if (typeof message !== 'string') return error;
  const placed = `layer ${position}${LAYER.test(message) ? message.replace(LAYER, '.$1') : `: ${message}`}`;
  try {
    (error as Error).message = placed;
  } catch {
    // A message that cannot be written, as that of a DOMException: the signal's reason thrown in a hook.
  }
  return error;
}
