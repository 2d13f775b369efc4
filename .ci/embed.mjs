// Puts compiled kernels into the bundle: `import text from '….wasm?text'`, which src/core/binary.ts decodes.
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
/** By this export `load` knows core.wasm for its own: the order of a kernel's arguments may change with the version. */
export const coreMark = `lanewise_${version.replace(/\W/g, '_')}`;

const ALPHABET = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (character) => !'"$<\\`|}~'.includes(character),
);

/**
 * Of all families alike, so that a compressor finds what one has in common with another; this one leaves the fewest bytes
 * of theirs in two characters.
 */
const SHIFT = 16;

/** The text of a module; what reads it is src/core/binary.ts. */
export function encodeBinary(bytes) {
  let text = ALPHABET[SHIFT];
  for (const byte of bytes) {
    const number = (byte + SHIFT) & 255;
    const page = Math.floor(number / ALPHABET.length);
    text += (page === 0 ? '' : '|}~'[page - 1]) + ALPHABET[number % ALPHABET.length];
  }
  return text;
}

export const embedded = () => ({
  name: 'embedded-kernels',
  enforce: 'pre',
  config: () => ({ define: { __CORE_MARK__: JSON.stringify(coreMark) } }),
  load: {
    filter: { id: /\.wasm\?text$/ },
    handler(id) {
      const file = id.slice(0, -'?text'.length);
      this.addWatchFile(file);
      return {
        code: `export default ${JSON.stringify(encodeBinary(readFileSync(file)))};`,
        map: null,
        moduleSideEffects: false,
      };
    },
  },
});
