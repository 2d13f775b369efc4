import { useSignal } from '@preact/signals';
import type { ChartData } from 'lanewise/charts';
import { useRef } from 'preact/hooks';
import type { CellState } from '../../../notebook/session.js';
import type { Compared, Shown, Table as TableData } from '../../../notebook/shown.js';
import { Chart as DrawnChart } from '../../view/chart.js';
import { CheckResult } from './check-result.js';
import { ComparedValues } from './compared.js';
import { Input } from './input.js';
import { Scrolling } from './scrolling.js';

/** What stands together: values beside recorded ones that follow one another are one table. */
type Group = Exclude<Shown, { kind: 'compared' }> | { kind: 'compared'; rows: readonly Compared[] };

function grouped(outputs: readonly Shown[]): Group[] {
  const groups: Group[] = [];
  for (const output of outputs) {
    const last = groups.at(-1);
    if (output.kind === 'compared' && last?.kind === 'compared')
      groups[groups.length - 1] = { kind: 'compared', rows: [...last.rows, ...output.rows] };
    else groups.push(output);
  }
  return groups;
}

/**
 * What a cell shows. While it runs anew, what it showed before stays in place until something new has come for it: the page
 * does not jump.
 */
export function Outputs({ id, state }: { id: number; state: CellState }) {
  const before = useRef<readonly Shown[]>([]);
  const { status, outputs } = state;
  const settled = status === 'done' || status === 'failed';
  if (settled) before.current = outputs;
  const shown = settled ? outputs : [...outputs, ...before.current.slice(outputs.length)];
  if (shown.length === 0) return null;
  return (
    <div class={`outputs ${!settled && outputs.length === 0 ? 'before' : ''}`}>
      {grouped(shown).map((group, i) => (
        <Output key={`${i} ${group.kind}`} id={id} output={group} />
      ))}
    </div>
  );
}

function Output({ id, output }: { id: number; output: Group }) {
  switch (output.kind) {
    case 'text':
      return <pre class="said">{output.text}</pre>;
    case 'table':
      return <Table table={output} />;
    case 'compared':
      return <ComparedValues rows={output.rows} />;
    case 'check':
      return <CheckResult check={output} />;
    case 'slider':
      return <Input id={id} input={output} />;
    case 'chart':
      return <Chart id={id} chart={output.chart} />;
  }
}

const isNumber = (text: string): boolean => /^[−-]?[\d.,]+(e[+-]?\d+)?$|^…?$|^(NaN|-?Infinity)$/.test(text);

function Table({ table: { caption, columns, rows } }: { table: TableData }) {
  // Words begin on one line, numbers end on one.
  const words = columns.map((_, i) => rows.some((row) => !isNumber(row[i] ?? '')));
  return (
    <Scrolling label={caption || columns.join(', ')}>
      <table class="values">
        {caption && <caption>{caption}</caption>}
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={i} scope="col" class={words[i] ? 'words' : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((text, j) => (
                <td key={j} class={words[j] ? 'words' : undefined}>
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

const HEIGHTS: Record<ChartData['kind'], number> = {
  histogram: 220,
  image: 220,
  lines: 260,
  normalised: 260,
  ridges: 340,
  scatter: 380,
};

function Chart({ id, chart }: { id: number; chart: ChartData }) {
  const source = useSignal<ChartData | undefined>(chart);
  source.value = chart;
  return (
    <DrawnChart
      source={source}
      describe={describeChart}
      label={chart.label}
      name={`cell-${id}-${chart.kind}`}
      height={HEIGHTS[chart.kind]}
    />
  );
}

const describeChart: Parameters<typeof DrawnChart<ChartData>>[0]['describe'] = (charts, data, look) =>
  new charts.Chart(data).option(look);
