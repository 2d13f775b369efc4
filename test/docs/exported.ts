import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a user can import, by entry. */
export const ENTRIES = {
  lanewise: 'src/index.ts',
  'lanewise/diagnostics': 'src/diagnostics/index.ts',
  'lanewise/checkpoint': 'src/interchange/index.ts',
  'lanewise/makemore': 'src/makemore/index.ts',
  'lanewise/charts': 'src/charts/index.ts',
  'lanewise/onnx': 'src/interchange/onnx.ts',
  'lanewise/worker': 'src/interchange/worker.ts',
  'lanewise/relaxed': 'src/core/relaxed.ts',
} as const;

export interface Exported {
  name: string;
  file: string;
  /** `class`, `function`, `const`, `interface`, `type`. */
  kind: string;
  /** The text of its docstring, without asterisks; empty where it has none. */
  doc: string;
  /** From its declaration on. */
  source: string;
}

const DECLARED = /^export (?:declare )?(?:abstract |async )?(class|interface|type|const|function\*?) (\w+)/gm;

/** All exported names of a file, and where each is declared. Errors: Error for one that is declared nowhere. */
export function exportedOf(file: string): Exported[] {
  const text = readFileSync(file, 'utf8');
  const own = [...text.matchAll(DECLARED)].map(({ 1: kind, 2: name, index }) =>
    described(file, text, kind, name, index),
  );
  const passedOn = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)].flatMap(
    ([, names, from]) => {
      const known = exportedOf(join(dirname(file), from.replace(/\.js$/, '.ts')));
      return listOf(names).map(({ name, as }) => {
        const found = known.find((one) => one.name === name);
        if (found === undefined) throw new Error(`${file}: expected ${from} to declare ${name}`);
        return { ...found, name: as };
      });
    },
  );
  // What was imported and is exported under its name.
  const taken = [...text.matchAll(/^export (?:type )?\{([^}]*)\};/gm)].flatMap(([, names]) =>
    listOf(names).map(({ name, as }) => {
      const from = [...text.matchAll(/^import (?:type )?\{([^}]*)\} from '([^']+)';/gm)].find(([, list]) =>
        listOf(list).some((one) => one.as === name),
      )?.[2];
      if (from === undefined) throw new Error(`${file}: expected an import of ${name}`);
      const known = exportedOf(join(dirname(file), from.replace(/\.js$/, '.ts')));
      const found = known.find((one) => one.name === name);
      if (found === undefined) throw new Error(`${file}: expected ${from} to declare ${name}`);
      return { ...found, name: as };
    }),
  );
  const seen = new Map<string, Exported>();
  for (const one of [...own, ...passedOn, ...taken]) if (!seen.has(one.name)) seen.set(one.name, one);
  return [...seen.values()];
}

/** `type A, B as C` as names. */
const listOf = (names: string) =>
  names
    .split(',')
    .map((each) => each.trim().replace(/^type /, ''))
    .filter(Boolean)
    .map((each) => {
      const [name, as = name] = each.split(' as ');
      return { name, as };
    });

function described(file: string, text: string, kind: string, name: string, index: number): Exported {
  const before = text.slice(0, index).trimEnd();
  const open = before.lastIndexOf('/**');
  const doc = before.endsWith('*/') && open >= 0 ? before.slice(open) : '';
  return {
    ...{ name, file, kind },
    doc: doc.replace(/^\s*(?:\/\*\*|\*\/|\*)\s?|\s*\*\/$/gm, '').trim(),
    source: text.slice(index),
  };
}
