import { Script } from 'node:vm';
import type { NameList } from 'lanewise/makemore';
import type { CellFunction, Host } from '../notebook/session.js';

/** What a cell may import. */
const MODULES: Record<string, () => Promise<object>> = {
  lanewise: () => import('lanewise'),
  'lanewise/diagnostics': () => import('lanewise/diagnostics'),
  'lanewise/checkpoint': () => import('lanewise/checkpoint'),
  'lanewise/makemore': () => import('lanewise/makemore'),
  'lanewise/charts': () => import('lanewise/charts'),
};

/** Node as what a notebook runs in. `long`: whether a cell may take the lecture's 200,000 steps. */
export function nodeHost(given: { names: NameList | undefined; long: boolean }): Omit<Host, 'onChange'> {
  return {
    given,
    compile: (text, file) => new Script(text, { filename: file }).runInThisContext() as CellFunction,
    async load(specifier) {
      const name = specifier.replace(/^npm:/, '');
      if (!Object.hasOwn(MODULES, name))
        throw new TypeError(`expected a module of ${Object.keys(MODULES).join(', ')}, got '${specifier}'`);
      return MODULES[name]();
    },
  };
}
