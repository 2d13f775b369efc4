import { printable } from './printable.js';

// `instanceof` knows the classes of one realm: an array made in an iframe, in a `vm` context or under Jest is of another
// class of the same name. That name, which every typed array carries inside, is the same in all of them.

const typedArray: object = Object.getPrototypeOf(Uint8Array.prototype);
const nameOf = Reflect.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag)?.get as () =>
  | string
  | undefined;

/** The name of a typed array's class, in whatever realm; `Uint8Array` for Node's Buffer, undefined for anything else. */
const typedArrayName = (value: unknown): string | undefined => Reflect.apply(nameOf, value, []);

export const isFloat32Array = (value: unknown): value is Float32Array =>
  typedArrayName(value) === 'Float32Array';

export const isInt32Array = (value: unknown): value is Int32Array => typedArrayName(value) === 'Int32Array';

export const isUint8Array = (value: unknown): value is Uint8Array => typedArrayName(value) === 'Uint8Array';

/** Through a proxy no kernel and no `set` can read the elements. */
const TYPED = /^(Float|(Big)?U?[Ii]nt)\d+(Clamped)?Array$/;

/** A value as a message tells it: `0.1`, `'text'`, `an array`, `a Float32Array`, `a Tensor (float32)`. */
export function came(value: unknown): string {
  if (typeof value === 'string')
    return `'${printable(value.length > 60 ? `${value.slice(0, 59)}…` : value)}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  const { dtype } = value as { dtype?: unknown };
  if (dtype === 'float32') return 'a Tensor (float32)';
  if (dtype === 'int32') return 'Indices (int32)';
  const own = typedArrayName(value);
  const name = own ?? (value.constructor?.name || 'Object');
  if (own === undefined && TYPED.test(name))
    return `a proxy of a typed array (${name}), or what looks like one`;
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}
