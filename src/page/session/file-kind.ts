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

/** Of the beginning of a file, that is told. */
const TOLD = 24;

/** Why a file that is called a checkpoint is none, by what it begins with; undefined where its name promises nothing. */
export function notCheckpoint(source: string, bytes: Uint8Array): string | undefined {
  if (!/\.safetensors$/i.test(source) || isCheckpoint(bytes)) return undefined;
  const beginning = bytes.subarray(0, TOLD);
  const [line] = new TextDecoder().decode(beginning).split(/[\r\n]/);
  const text = /^[\x20-\x7e]+$/.test(line) ? `‘${line}’` : undefined;
  const hex = Array.from(beginning.subarray(0, LENGTH), (byte) => byte.toString(16).padStart(2, '0')).join(
    ' ',
  );
  const got = bytes.length === 0 ? 'it is empty' : `it begins with ${text ?? `the bytes ${hex}`}`;
  return `${source}: not a checkpoint: expected the length of a header and then ‘{’; ${got}`;
}
