// What the bundle takes of @assemblyscript/loader: it instantiates. Its strings, arrays and pins are for modules with a
// runtime, and its wrappers for exports that are classes; the kernels have neither (kernels.mjs holds them to that).
import { readFileSync } from 'node:fs';

const VERSION = '0.28.20';

/** The part of the text from the first mark to before the second. */
function between(text, from, to) {
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end <= start || text.indexOf(from, start + 1) >= 0 || text.indexOf(to, end + 1) >= 0)
    throw refused(`'${from}' once, and '${to}' once behind it`);
  return text.slice(start, end);
}

function without(text, line, count) {
  const parts = text.split(line);
  if (parts.length !== count + 1) throw refused(`'${line.trim()}' ${count} times`);
  return parts.join('');
}

const refused = (expected) =>
  new Error(
    `lean-loader: expected @assemblyscript/loader ${VERSION}, with ${expected} in its index.js, got another`,
  );

/** `instantiate` and `instantiateSync` without what only a module with a runtime needs. */
export function lean(code) {
  let kept =
    between(
      code,
      'function isModule(src)',
      '/** Asynchronously instantiates an AssemblyScript module from anything',
    ) +
    between(
      code,
      'export async function instantiate(source',
      '/** Asynchronously instantiates an AssemblyScript module from a response',
    );
  kept = without(kept, '  const extended = preInstantiate(imports);\n', 2);
  kept = without(kept, '  const exports = postInstantiate(extended, instance);\n', 2);
  kept = without(kept, ', exports }', 2).replaceAll('{ module, instance;', '{ module, instance };');
  // A fetched response is the caller's to compile.
  const streaming =
    '  if (isResponse(source = await source)) return instantiateStreaming(source, imports);\n';
  kept = without(kept, streaming, 1);
  return kept;
}

export const leanLoader = () => ({
  name: 'lean-loader',
  enforce: 'pre',
  transform: {
    filter: { id: /@assemblyscript[\\/]loader[\\/]index\.js/ },
    handler(code, id) {
      const { version } = JSON.parse(readFileSync(id.replace(/index\.js.*$/, 'package.json'), 'utf8'));
      if (version !== VERSION) throw refused('the text that is known');
      return { code: lean(code), map: null, moduleSideEffects: false };
    },
  },
});
