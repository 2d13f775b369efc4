import type { Notebook } from './format.js';

/**
 * What the first cell of a Jupyter notebook does so that the others find what a notebook has: the same names, printed in
 * words, and charts as pictures. Deno is the kernel, for which lanewise is an npm package.
 */
const PRELUDE = `// What the notebook has in every cell.
import { Tensor, summarise } from 'npm:lanewise';
import { Chart, chartSvg } from 'npm:lanewise/charts';
const given = { names: undefined, long: false };
const invalidation = new Promise(() => {});
const progress = (_done: number, _of: number) => new Promise((resolve) => setTimeout(resolve, 0));
function display<T>(value: T): T {
  if (value instanceof Chart) Deno.jupyter.display({ 'image/svg+xml': chartSvg(value) }, { raw: true });
  else if (value instanceof Tensor) console.log(value.shape, summarise(value));
  else console.log(value);
  return value;
}
function slider(label: string, { min, value = min }: { min: number; max: number; step?: number; value?: number }) {
  console.log(\`\${label}: \${value}\`);
  return value;
}
function expect(label: string, ours: unknown, recorded?: unknown, within?: number): boolean {
  const list = (value: unknown) => (typeof value === 'object' ? Array.from(value as unknown[]) : [value]);
  const all = recorded === undefined ? [] : list(recorded);
  const agrees = all.every((r, i) => {
    const o = list(ours)[i];
    return typeof r === 'number' ? Math.abs((o as number) - r) <= (within ?? 1e-5 * Math.abs(r)) : o === r;
  });
  console.log(label, ours, recorded === undefined ? '' : agrees ? '✓' : ['✗ expected', recorded]);
  return agrees;
}
function check(name: string, differs: () => string | undefined, hints: string[] = []): boolean {
  let found: string | undefined;
  try { found = differs(); } catch (error) { found = String(error); }
  console.log(found === undefined ? \`✓ \${name}\` : \`○ \${name}: \${found}\`, found === undefined ? '' : hints);
  return found === undefined;
}`;

/** A module of lanewise behind `from` or within `import(…)`. */
const IMPORTED = /(\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])lanewise(?=['"/])/g;

/** The notebook as a file of Jupyter (nbformat 4.5) for Deno's kernel; its cells import `npm:lanewise`. */
export function jupyterNotebook({ title, cells }: Notebook): string {
  const lines = (source: string) => source.split(/(?<=\n)/);
  const code = (id: string, source: string) => ({
    cell_type: 'code',
    id,
    metadata: {},
    execution_count: null,
    outputs: [],
    source: lines(source),
  });
  const written = cells.map(({ id, mode, source }) =>
    mode === 'md'
      ? { cell_type: 'markdown', id: `cell-${id}`, metadata: {}, source: lines(source) }
      : code(`cell-${id}`, source.replace(IMPORTED, '$1$2npm:lanewise')),
  );
  const notebook = {
    cells: [code('prelude', PRELUDE), ...written],
    metadata: {
      title,
      kernelspec: { display_name: 'Deno', language: 'typescript', name: 'deno' },
      language_info: { name: 'typescript', file_extension: '.ts', mimetype: 'text/x.typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
