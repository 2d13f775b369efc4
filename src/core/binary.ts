/**
 * The bytes of a module that the build put into the bundle as text: printable ASCII, so that no encoding of a page or
 * bundler changes it, and near to a character a byte, so that it compresses as the module does (base64 does not).
 *
 * The first character is a shift. Byte b is number (b + shift) mod 256: the numbers below 87 are a character of ALPHABET,
 * the others one of `|}~` and a character of it. Its counterpart is `encodeBinary` of the build.
 */
export function decodeBinary(text: string): Uint8Array<ArrayBuffer> {
  const shift = numberOf(text, 0);
  const bytes = new Uint8Array(text.length);
  let count = 0;
  for (let i = 1; i < text.length; i++) {
    const page = text.charCodeAt(i) - PAGES;
    bytes[count++] = (page < 0 ? numberOf(text, i) : 87 * (page + 1) + numberOf(text, ++i)) - shift;
  }
  return bytes.slice(0, count);
}

const PAGES = 0x7c;

/** The printable ASCII from the space on, without what quoting, a page or a template could take: " $ < \ ` */
const numberOf = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return (
    code -
    32 -
    (code > 0x22 ? 1 : 0) -
    (code > 0x24 ? 1 : 0) -
    (code > 0x3c ? 1 : 0) -
    (code > 0x5c ? 1 : 0) -
    (code > 0x60 ? 1 : 0)
  );
};
