// UTF-8 without TextDecoder and TextEncoder, which not every place has where JavaScript runs.

/** Fewer arguments than any engine's stack holds. */
const CHUNK = 4096;

/** The text of the bytes, a byte order mark kept; or, where they are not UTF-8, the offset of the first wrong sequence. */
export function decodeUtf8(bytes: Uint8Array): string | number {
  let text = '';
  const units = new Uint16Array(CHUNK);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    // Most text is ASCII, or has long stretches of it.
    const stretch = Math.min(bytes.length, at + CHUNK - 2 - length);
    while (at < stretch && bytes[at] < 0x80) units[length++] = bytes[at++];
    if (at === stretch) {
      text += textOf(units, length);
      length = 0;
      continue;
    }
    const first = bytes[at];
    // Bytes that follow: 1 from 0xC2, 2 from 0xE0, 3 from 0xF0 to 0xF4.
    const more = first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    if (more < 0 || at + more >= bytes.length) return at;
    let code = first & (0x3f >> more);
    for (let i = 1; i <= more; i++) {
      const byte = bytes[at + i];
      if ((byte & 0xc0) !== 0x80) return at;
      code = (code << 6) | (byte & 0x3f);
    }
    // Too long a form, a surrogate, beyond the last character.
    if (more === 2 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) return at;
    if (more === 3 && (code < 0x10000 || code > 0x10ffff)) return at;
    if (code >= 0x10000) {
      units[length++] = 0xd7c0 + (code >> 10);
      code = 0xdc00 | (code & 0x3ff);
    }
    units[length++] = code;
    at += more + 1;
    if (length > CHUNK - 2) {
      text += textOf(units, length);
      length = 0;
    }
  }
  return text + textOf(units, length);
}

/** `apply` takes an array of any kind as it is, where `...` would walk it by its iterator. */
const textOf = (units: Uint16Array, length: number): string =>
  String.fromCharCode.apply(null, units.subarray(0, length) as unknown as number[]);

/** The UTF-8 of a text; of half a surrogate pair that of U+FFFD, as TextEncoder has it. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.codePointAt(i) as number;
    if (code < 0x80) {
      bytes[length++] = code;
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
    const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    // The first byte's ones count the bytes.
    bytes[length++] = ((0xff << (7 - more)) & 0xff) | (code >> (6 * more));
    for (let shift = 6 * (more - 1); shift >= 0; shift -= 6)
      bytes[length++] = 0x80 | ((code >> shift) & 0x3f);
    if (more === 3) i++;
  }
  return bytes.slice(0, length);
}
