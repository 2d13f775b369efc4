const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) text += DIGITS[(word >> shift) & 63];
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - missing) + '='.repeat(missing);
}

/** Throws where the text is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  // The engine's own, where there is one, takes less of the start.
  if (typeof atob === 'function') {
    const characters = atob(text);
    const bytes = new Uint8Array(characters.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
    return bytes;
  }
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new RangeError(`expected base64, got a text of ${text.length} characters that is none`);
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array((digits.length * 3) >> 2);
  let word = 0;
  for (let i = 0, at = 0; i < digits.length; i++) {
    word = (word << 6) | DIGITS.indexOf(digits[i]);
    if (i % 4 !== 0) bytes[at++] = word >> (6 - 2 * (i % 4));
  }
  return bytes;
}
