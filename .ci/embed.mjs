// Puts compiled kernels into the bundle: `import text from '….wasm?text'`, which src/core/binary.ts decodes.
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
/** By this export `load` knows core.wasm for its own: the order of a kernel's arguments may change with the version. */
export const coreMark = `lanewise_${version.replace(/\W/g, '_')}`;

/**
 * The characters of the numbers from 0 on, then three that add 87, 174 and 261 to the next: printable ASCII without what
 * quoting, a page or a template could take (" $ < \ `). Which stands for which was sought by exchanges that leave the two
 * bundles of test/package/size.test.ts fewer bytes, since a compressor has one table for text and code.
 */
const ALPHABET = "vy[/>|~_UNKCPd&!tn})sc(o-:]i1 f6087*;?hpg.54932mer+^{uwBbxWkEYXF%LAJzqGZITQ'DVH#lajMSOR,=@";
const ONES = ALPHABET.length - 3;

/** Added to a byte, modulo 256: this one leaves the fewest of the kernels' bytes in two characters. */
const SHIFT = 16;

/** The text of a module; what reads it is src/core/binary.ts. */
export function encodeBinary(bytes) {
  let text = '';
  for (const byte of bytes) {
    const number = (byte + SHIFT) & 255;
    if (number >= ONES) text += ALPHABET[ONES - 1 + Math.floor(number / ONES)];
    text += ALPHABET[number % ONES];
  }
  return text;
}

export const embedded = () => ({
  name: 'embedded-kernels',
  enforce: 'pre',
  config: () => ({
    define: { __CORE_MARK__: JSON.stringify(coreMark), __ALPHABET__: JSON.stringify(ALPHABET) },
  }),
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
