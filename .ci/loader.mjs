// What the bundle takes of @assemblyscript/loader: it instantiates. Its strings, arrays and pins are for modules with a
// runtime, and its wrappers for exports that are classes; the kernels have neither (kernels.mjs holds them to that).
import { createHash } from 'node:crypto';

/** Of index.js in 0.28.20: for another the cuts below have to be looked at again. */
const KNOWN = 'a08fccc01abcd97247c6b1f0587736da14cf2ac379241ab71a46c78db91f83e2';

const between = (text, from, to) => text.slice(text.indexOf(from), text.indexOf(to));

/** `instantiate` and `instantiateSync` alone. Errors: Error for another loader than the known one. */
export function lean(code) {
  const hash = createHash('sha256').update(code).digest('hex');
  if (hash !== KNOWN)
    throw new Error(
      `lean-loader: expected @assemblyscript/loader 0.28.20, whose index.js has SHA-256 ${KNOWN}, got ${hash}`,
    );
  const kept = [
    between(
      code,
      'function isModule',
      '/** Asynchronously instantiates an AssemblyScript module from anything',
    ),
    between(
      code,
      'export async function instantiate(',
      '/** Asynchronously instantiates an AssemblyScript module from a r',
    ),
  ];
  return (
    kept
      .join('')
      .replace(/^ *const (?:extended = preInstantiate|exports = postInstantiate)\(.*\n/gm, '')
      .replaceAll('{ module, instance, exports }', '{ module, instance }')
      // A fetched response is the caller's to compile.
      .replace(/^.*instantiateStreaming.*\n/m, '')
  );
}

export const leanLoader = () => ({
  name: 'lean-loader',
  enforce: 'pre',
  transform: {
    filter: { id: /@assemblyscript[\\/]loader[\\/]index\.js/ },
    handler: (code) => ({ code: lean(code), map: null, moduleSideEffects: false }),
  },
});
