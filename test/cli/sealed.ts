import { createHash } from 'node:crypto';
import { littleEndian, type SafetensorsTensor, writeSafetensors } from '../../src/interchange/safetensors.js';

/** A checkpoint whose checksum is right, whatever it holds. */
export function sealed(
  metadata: readonly (readonly [string, string])[],
  tensors: ReadonlyMap<string, SafetensorsTensor> = new Map(),
): Uint8Array {
  const meta = new Map(metadata.filter(([key]) => key !== 'checksum'));
  const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify(sorted(meta)));
  for (const [name, { shape, data }] of sorted(tensors))
    hash.update(JSON.stringify([name, shape])).update(littleEndian(data));
  return writeSafetensors(meta.set('checksum', hash.digest('hex')), tensors);
}
