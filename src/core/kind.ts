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

/** How a value of the wrong kind is called in an error. */
export function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return typedArrayName(value) ?? (value.constructor?.name || 'Object');
}
