import { count } from './numbers.js';
import {
  evaluationSection,
  findingsSection,
  samplesSection,
  settingsSection,
} from './report/closing-sections.js';
import type { ReportData } from './report/data.js';
import type { Section } from './report/figure.js';
import { type Content, code, facts, type Html, html, nothing } from './report/html.js';
import { initialSection } from './report/initial-section.js';
import {
  activationsSection,
  gradientsSection,
  updatesSection,
  weightGradientsSection,
} from './report/layer-sections.js';
import { lossLogSection, lossSection, widgetSection } from './report/loss-sections.js';
import { contents, page } from './report/page.js';

/** In the order of the report. */
const sections = [
  lossSection,
  lossLogSection,
  initialSection,
  widgetSection,
  activationsSection,
  gradientsSection,
  weightGradientsSection,
  updatesSection,
  evaluationSection,
  samplesSection,
  findingsSection,
  settingsSection,
];

/**
 * A run as one HTML file, to be read on any screen and on paper: no script, nothing fetched (its own policy forbids
 * both), light or dark as the reader has it. Everything from the data is escaped. The same data give the same text.
 */
export function renderReport(data: ReportData): string {
  const present = sections.map((section) => section(data)).filter((section) => section !== undefined);
  return page(data.title, headline(data, present), present);
}

function headline(data: ReportData, present: Section[]): Html {
  const {
    title,
    summary,
    names,
    seed,
    steps,
    parameters,
    fingerprint,
    backend,
    stepsPerSecond,
    versions,
    stopped,
  } = data;
  const pairs: [string, Content][] = [
    ['steps', count(steps)],
    ['seed', String(seed)],
    ['parameters', count(parameters)],
    ['backend', backend],
    ...(stepsPerSecond === undefined
      ? []
      : [['speed', `${count(stepsPerSecond)} steps/s`] as [string, string]]),
    ...versions,
  ];
  const broad: [string, Content][] = [
    ['names', `${count(names.count)}, ${names.source}`],
    ['SHA-256 of the names', code(names.sha256)],
    ['fingerprint of the trained parameters', code(fingerprint)],
  ];
  return html`<header>
<h1>${title}</h1>
${summary === undefined ? nothing : html`<p class="lead">${summary}</p>`}
${stopped === undefined ? nothing : html`<p class="reading warning"><b>Stopped early.</b> ${stopped}</p>`}
${facts(pairs, 'facts', broad)}
${verdict(data)}
${contents(present)}
</header>`;
}

/** How many findings of each kind there are, above all the figures. */
function verdict({ findings = [] }: ReportData): Html {
  const kinds = [
    ['problem', 'problems'],
    ['warning', 'warnings'],
    ['note', 'notes'],
  ] as const;
  const counts = kinds.flatMap(([one, many]) => {
    const found = findings.filter(({ severity }) => severity === one).length;
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  });
  if (counts.length === 0) return nothing;
  return html`<p class="verdict"><a href="#findings">${counts.join(', ')}</a> in words, below the figures.</p>`;
}
