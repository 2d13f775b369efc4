// Drops what a class has of the kind `name;`: TypeScript's way to declare a field, which its constructor sets. In JavaScript
// it sets the field to undefined first, and every program that bundles the class carries its name once more.
import { parseAst } from 'vite';

/** The code with spaces in their places, so that source maps stay right. A field that has to be there is `name = undefined;`. */
export function withoutBareFields(code) {
  let lean = code;
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    const { type, value, key, computed, start, end } = node;
    if (
      type === 'PropertyDefinition' &&
      value === null &&
      !computed &&
      key.type === 'Identifier' &&
      !node.static
    )
      lean = lean.slice(0, start) + ' '.repeat(end - start) + lean.slice(end);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(code));
  return lean;
}

export const bareFields = () => ({
  name: 'bare-fields',
  enforce: 'post',
  transform: {
    filter: {
      id: /[\\/]src[\\/](?:core|random|nn|optim|init|train|interchange|diagnostics|makemore)[\\/].*\.ts$/,
    },
    handler: (code) => ({ code: withoutBareFields(code), map: null }),
  },
});
