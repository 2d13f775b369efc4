/** Of a checkpoint: how long its header is, 64 bits, and the brace with which that begins. */
const LENGTH = 8;
const BRACE = 0x7b;

/**
 * Whether bytes are a safetensors file rather than a list of names, whatever the file is called: its header is shorter
 * than 4 GiB, so that its length has four zero bytes, which no list of names holds.
 */
export function isCheckpoint(bytes: Uint8Array): boolean {
  return (
    bytes.length > LENGTH && bytes[LENGTH] === BRACE && bytes.subarray(4, LENGTH).every((byte) => byte === 0)
  );
}
