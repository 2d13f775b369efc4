// Puts compiled kernels into the bundle: `import text from '….wasm?text'`, which src/core/binary.ts decodes.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
/** By this export `load` knows core.wasm for its own: the order of a kernel's arguments may change with the version. */
export const coreMark = `lanewise_${version.replace(/\W/g, '_')}`;

const ALPHABET = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (character) => !'"$<\\`|}~'.includes(character),
);

/** The text whose shift compresses best. */
export function encodeBinary(bytes) {
  let best = { size: Number.POSITIVE_INFINITY, text: '' };
  for (let shift = 0; shift < ALPHABET.length; shift++) {
    let text = ALPHABET[shift];
    for (const byte of bytes) {
      const number = (byte + shift) & 255;
      const page = Math.floor(number / ALPHABET.length);
      text += (page === 0 ? '' : '|}~'[page - 1]) + ALPHABET[number % ALPHABET.length];
    }
    const size = gzipSync(text, { level: 9 }).length;
    if (size < best.size) best = { size, text };
  }
  return best.text;
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
