/** A worker of a browser as what a notebook runs in. */
import type { CellFunction, Host } from '../../../notebook/session.js';
import { library } from './library.js';

export const browserHost: Pick<Host, 'compile' | 'load'> = {
  /** By a module of its own: no text becomes code any other way, so that the policy can forbid that. */
  async compile(text, file) {
    const source = `export default ${text}\n//# sourceURL=${file}`;
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    try {
      const module: { default: CellFunction } = await import(/* @vite-ignore */ address);
      return module.default;
    } finally {
      URL.revokeObjectURL(address);
    }
  },
  async load(specifier) {
    const name = specifier.replace(/^npm:/, '');
    if (!Object.hasOwn(library, name))
      throw new TypeError(`expected a module of ${Object.keys(library).join(', ')}, got '${specifier}'`);
    return library[name]();
  },
};
