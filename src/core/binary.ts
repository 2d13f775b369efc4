/** Of the build, which writes the text by it: the characters of the numbers from 0 on, and then those of the pages. */
declare const __ALPHABET__: string;
const ALPHABET = __ALPHABET__;

/**
 * The bytes of a module that the build put into the bundle as text: printable ASCII, so that no encoding of a page or
 * bundler changes it, and near to a character a byte, so that it compresses as the module does (base64 does not).
 *
 * Byte b is number (b + 16) mod 256: those below 87 are a character, the others the first, second or third page and a
 * character. Its counterpart is `encodeBinary` of the build.
 */
export function decodeBinary(text: string): Uint8Array<ArrayBuffer> {
  const numberOf = new Uint8Array(128);
  for (let i = 0; i < ALPHABET.length; i++) numberOf[ALPHABET.charCodeAt(i)] = i;
  const bytes = new Uint8Array(text.length);
  let count = 0;
  let page = 0;
  for (let i = 0; i < text.length; i++) {
    const number = numberOf[text.charCodeAt(i)];
    if (number > 86) page = number - 86;
    else {
      bytes[count++] = 87 * page + number - 16;
      page = 0;
    }
  }
  return bytes.slice(0, count);
}
