import { bytesToHex } from '@noble/hashes/utils.js';
import { came } from '../core/kind.js';
import { Sha256 } from '../core/sha256.js';
import type { Parameter } from '../nn/layer.js';

/**
 * SHA-256 over the elements of all parameters as little-endian float32 bytes, in the order given (a model's
 * `parameters()`), row-major and without padding: 64 hexadecimal digits. Every NaN counts as 0x7fc00000, as the bits
 * of a NaN are the engine's own affair. Two runs that agree here agree in every bit.
 */
export function fingerprint(parameters: readonly Parameter[]): string {
  if (!Array.isArray(parameters))
    throw new TypeError(
      `fingerprint: expected an array of parameters, such as model.parameters(), got ${came(parameters)}`,
    );
  const hash = new Sha256();
  for (const parameter of parameters) {
    if (parameter?.value?.dtype !== 'float32')
      throw new TypeError(`fingerprint: expected parameters, got ${came(parameter)}`);
    const elements = (parameter as Parameter).value.toArray();
    const bytes = new DataView(new ArrayBuffer(elements.length * 4));
    for (let i = 0; i < elements.length; i++)
      if (Number.isNaN(elements[i])) bytes.setUint32(4 * i, 0x7fc00000, true);
      else bytes.setFloat32(4 * i, elements[i], true);
    hash.update(new Uint8Array(bytes.buffer));
  }
  return bytesToHex(hash.digest());
}
