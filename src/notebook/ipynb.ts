import type { Notebook } from './format.js';

/**
 * What the first cell of a Jupyter notebook does so that the others find what a notebook has: the same names, printed in
 * words, and charts as pictures. Deno is the kernel, for which lanewise is an npm package.
 */
const PRELUDE = `// What the notebook has in every cell. For another list of names or all 200,000 steps change 'given'.
const given = { names: undefined, long: false };
const invalidation = new Promise(() => {});
const { display, slider, progress, expect, check } = await (async () => {
  const { Tensor } = await import('npm:lanewise');
  const { summarise } = await import('npm:lanewise/diagnostics');
  const { Chart, chartSvg } = await import('npm:lanewise/charts');
  // Only the kernel has it.
  const jupyter = await Promise.resolve().then(() => Deno.jupyter).catch(() => undefined);
  const list = (value: unknown) => (typeof value === 'object' ? Array.from(value as unknown[]) : [value]);
  const near = (ours: unknown, r: unknown, within?: number) =>
    typeof r === 'number' ? Math.abs((ours as number) - r) <= (within ?? 1e-5 * Math.abs(r)) : ours === r;
  const isRows = (value: unknown) => Array.isArray(value) && Object.getPrototypeOf(value[0] ?? 0) === Object.prototype;
  return {
    display<T>(value: T): T {
      if (value instanceof Chart && jupyter) jupyter.display({ 'image/svg+xml': chartSvg(value) }, { raw: true });
      else if (value instanceof Chart) console.log(value.label);
      else if (value instanceof Tensor) console.log(value.shape, summarise(value));
      else if (isRows(value)) console.table(value);
      else console.log(value);
      return value;
    },
    slider(label: string, { min, value = min }: { min: number; max: number; step?: number; value?: number }): number {
      console.log(label, value);
      return value;
    },
    progress: (_done: number, _of: number): Promise<void> | undefined => undefined,
    expect(label: string | string[], ours: unknown, recorded?: unknown, within?: number): boolean {
      const known = recorded === undefined ? [] : list(recorded);
      let all = true;
      for (const [i, each] of list(ours).entries()) {
        const agrees = known.length === 0 || near(each, known[i], within);
        const mark = known.length === 0 ? '' : agrees ? '✓' : \`✗ expected \${known[i]}\`;
        const one = Array.isArray(label) ? label[i] : typeof ours === 'object' ? \`\${label} [\${i}]\` : label;
        console.log(one, each, mark);
        all &&= agrees;
      }
      return all;
    },
    check(name: string, differs: () => string | undefined, hints: string[] = []): boolean {
      let found: string | undefined;
      try { found = differs(); } catch (error) { found = String(error); }
      console.log(found === undefined ? '✓' : '○', name, found ?? '', found === undefined ? '' : hints);
      return found === undefined;
    },
  };
})();`;

/** The `id` of that cell. */
export const PRELUDE_ID = 'prelude';

/** A module of lanewise behind `from` or within `import(…)`. */
const IMPORTED = /(\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])lanewise(?=['"/])/g;

/** The notebook as a file of Jupyter (nbformat 4.5) for Deno's kernel; its cells import `npm:lanewise`. */
export function jupyterNotebook({ title, cells }: Notebook): string {
  const lines = (source: string) => source.split(/(?<=\n)/);
  const code = (id: string, source: string, metadata: object) => ({
    cell_type: 'code',
    id,
    metadata,
    execution_count: null,
    outputs: [],
    source: lines(source),
  });
  const written = cells.map(({ id, mode, source, pinned, hidden }) => {
    // What Jupyter has no word for comes back with `parseJupyter`.
    const metadata = { lanewise: { mode, pinned, hidden } };
    return mode === 'md'
      ? { cell_type: 'markdown', id: `cell-${id}`, metadata, source: lines(source) }
      : code(`cell-${id}`, source.replace(IMPORTED, '$1$2npm:lanewise'), metadata);
  });
  const notebook = {
    cells: [code(PRELUDE_ID, PRELUDE, {}), ...written],
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
