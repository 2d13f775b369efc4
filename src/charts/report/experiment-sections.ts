import { comparedLayers } from '../compared-layers.js';
import { type ComparedLosses, comparedLosses, lossCeiling } from '../compared-losses.js';
import { count, fixed, scientific } from '../numbers.js';
import { light, namedColours, runColour } from '../theme.js';
import { readSet } from './experiment-readings.js';
import type {
  ComparedLayer,
  ComparedResult,
  ComparedRun,
  ComparedSet,
  ExperimentsData,
} from './experiments-data.js';
import { figure, readings, row, type Section } from './figure.js';
import { type Content, code, type Html, html, key, nothing, table } from './html.js';

const variableOf = new Map(namedColours(light).map(([name, colour]) => [colour, name]));
const runKey = (label: string, run: number, runs: number): Html =>
  key(variableOf.get(runColour(light, run, runs)) ?? 'ink', label);

const NONE = '–';

export function setSection(set: ComparedSet, data: ExperimentsData): Section {
  const { name, title, about, settings } = set;
  return {
    id: name,
    heading: title,
    body: html`<p>${about}</p>
${readings(readSet(set, data.vocabularySize))}${
  settings.length === 0
    ? nothing
    : html`<p class="shared">All runs: ${settings.map(([setting, value]) => `${setting} ${value}`).join('; ')}.</p>`
}
${losses(set, data)}${layers(set)}${numbers(set, data)}`,
  };
}

/** Colours and names of the runs, for all the charts below. */
const legend = (runs: readonly ComparedRun[]): Html =>
  html`<p class="legend">${runs.map(
    ({ label, result }, i) =>
      html`<span class="item">${runKey(label, i, runs.length)}${
        result === undefined ? ' (not finished)' : result.diverged === undefined ? '' : ' (diverged)'
      }</span> `,
  )}</p>`;

/** The means over windows, after the loss that the run begins with. */
const fromStep0 = ({ curve, initialLoss }: ComparedResult): ComparedResult['curve'] =>
  curve[0]?.[0] > 0 && initialLoss !== null ? [[0, initialLoss], ...curve] : curve;

function losses({ name, runs }: ComparedSet, { vocabularySize }: ExperimentsData): Html {
  if (!runs.some(({ result }) => result !== undefined && result.curve.length > 0)) return nothing;
  const data: ComparedLosses = {
    vocabularySize,
    steps: Math.max(...runs.map(({ result }) => result?.steps ?? 1)),
    runs: runs.map(({ label, result }) => ({
      label,
      curve: result === undefined ? [] : fromStep0(result),
      diverged: result?.diverged !== undefined,
    })),
  };
  const broken = data.runs.some(({ diverged, curve }) => diverged && curve.length > 0);
  const cut = lossCeiling(data) !== undefined;
  return html`<h3>Loss</h3>
${legend(runs)}${figure(
  {
    id: `${name}-losses`,
    label: `Losses over the steps, on a logarithmic axis, of ${runs.map(({ label }) => label).join(', ')}`,
    describe: (look) => comparedLosses(data, look),
    caption: `Means over windows of minibatches. Dashes: knowing nothing.${
      broken ? ' A cross: there the loss became NaN or infinite.' : ''
    }${cut ? ' What rose above the chart is cut off.' : ''}`,
  },
  285,
  270,
)}`;
}

const charts: readonly {
  id: string;
  quantity: string;
  what: string;
  of: (layer: ComparedLayer) => number;
  logarithmic?: boolean;
}[] = [
  { id: 'std', quantity: 'output std', what: 'Standard deviation of the outputs', of: ({ std }) => std },
  {
    id: 'saturated',
    quantity: 'saturated, %',
    what: 'Percent of the outputs that are saturated',
    of: ({ saturated }) => saturated,
  },
  {
    id: 'gradient',
    quantity: 'gradient std',
    what: 'Standard deviation of the gradients, on a logarithmic axis,',
    of: ({ gradientStd }) => gradientStd,
    logarithmic: true,
  },
];

function layers({ name, runs }: ComparedSet): Html {
  const most = Math.max(0, ...runs.map(({ result }) => result?.layers.length ?? 0));
  if (most === 0) return nothing;
  const measured = runs.filter(({ result }) => (result?.layers.length ?? 0) > 0).map(({ label }) => label);
  const figures = charts.map(({ id, quantity, what, of, logarithmic = false }) => ({
    id: `${name}-${id}`,
    label: `${what} of ${most > 1 ? `${most} tanh layers` : 'the tanh layer'} in ${measured.join(', ')}`,
    describe: (look: Parameters<typeof comparedLayers>[1]) =>
      comparedLayers(
        {
          quantity,
          logarithmic,
          runs: runs.map(({ label, result }) => ({ label, values: result?.layers.map(of) ?? [] })),
        },
        look,
      ),
  }));
  return html`<h3>${most > 1 ? 'Layer by layer' : 'The tanh layer'}, in the last minibatch</h3>
${row(figures, 205)}`;
}

const loss = (value: number | null | undefined): string =>
  value == null ? NONE : value < 1000 ? fixed(value, 4) : scientific(value);

function numbers({ runs }: ComparedSet, { lastMinibatches }: ExperimentsData): Html {
  const values = runs.flatMap(({ result }) => result?.losses?.val ?? []);
  const least = Math.min(...values);
  const several = runs.some(({ result }) => (result?.layers.length ?? 0) > 1);
  const ends: [string, (layers: readonly ComparedLayer[]) => ComparedLayer | undefined][] = several
    ? [
        [', first layer', (all) => all[0]],
        [', last layer', (all) => all.at(-1)],
      ]
    : [['', (all) => all[0]]];
  const ofLayers = (what: string, text: (layer: ComparedLayer) => string): Line[] =>
    ends.map(([where, pick]) => [
      what + where,
      ({ layers: all }) => {
        const layer = pick(all);
        return layer === undefined ? NONE : text(layer);
      },
    ]);
  const lines: Line[] = [
    ['steps made', ({ steps }) => count(steps)],
    ['first minibatch', ({ initialLoss }) => loss(initialLoss)],
    [
      `last ${lastMinibatches === 1 ? 'minibatch' : `${count(lastMinibatches)} minibatches`}`,
      ({ finalLoss }) => loss(finalLoss),
    ],
    ['train', ({ losses: all }) => loss(all?.train)],
    [
      'val',
      ({ losses: all }) => {
        const text = loss(all?.val);
        return all?.val === least ? html`<b>${text}</b>` : text;
      },
    ],
    ['test', ({ losses: all }) => loss(all?.test)],
    ...ofLayers('saturated %', ({ saturated }) => fixed(saturated, 1)),
    ...ofLayers('output std', ({ std }) => fixed(std, 3)),
    ...ofLayers('gradient std', ({ gradientStd }) => scientific(gradientStd, 2)),
  ];
  const head: Content[] = ['', ...runs.map(({ label }, i) => runKey(label, i, runs.length))];
  return html`<h3>In numbers</h3>
<p class="shared">train, val, test: over whole splits, with running statistics of batch norm where there is any.</p>
${table({
  caption: `Losses in nats${values.length > 1 ? '; bold: least val' : ''}`,
  head,
  rows: lines.map(([name, text]): Content[] => [
    name,
    ...runs.map(({ result }) => (result === undefined ? NONE : text(result))),
  ]),
})}`;
}

/** A row of the table: its name, and its cell for a run. */
type Line = [name: string, text: (result: ComparedResult) => Content];

export function fingerprintsSection({ sets }: ExperimentsData): Section {
  return {
    id: 'fingerprints',
    heading: 'Fingerprints',
    body: html`<p>Of the parameters of each run at its end, to be compared with those of another machine or another day. Equal fingerprints,
equal networks: the same run can be part of two sets.</p>
${sets.map(({ name, runs }) =>
  table({
    caption: name,
    head: ['run', 'parameters', 'fingerprint'],
    rows: runs.map(({ label, result }) => [
      label,
      result === undefined ? NONE : count(result.parameters),
      result === undefined ? 'not finished' : code(result.fingerprint),
    ]),
  }),
)}`,
  };
}
