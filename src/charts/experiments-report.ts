import { count } from './numbers.js';
import { fingerprintsSection, setSection } from './report/experiment-sections.js';
import type { ExperimentsData } from './report/experiments-data.js';
import { type Content, code, facts, html, nothing } from './report/html.js';
import { contents, page } from './report/page.js';

/**
 * Sets of runs side by side as one HTML file, in the manner of `renderReport`: no script, nothing fetched, light or dark
 * as the reader has it. Everything from the data is escaped. The same data give the same text.
 */
export function renderExperiments(data: ExperimentsData): string {
  const { title, summary, stopped, names, settings, versions, sets } = data;
  const runs = sets.flatMap((set) => set.runs);
  const finished = runs.filter(({ result }) => result !== undefined).length;
  const sections = [...sets.map((set) => setSection(set, data)), fingerprintsSection(data)];
  const broad: [string, Content][] = [
    ['names', `${count(names.count)}, ${names.source}`],
    ['SHA-256 of the names', code(names.sha256)],
  ];
  const runCount = finished === runs.length ? count(finished) : `${count(finished)} of ${count(runs.length)}`;
  const header = html`<header>
<h1>${title}</h1>
${summary === undefined ? nothing : html`<p class="lead">${summary}</p>`}
${stopped === undefined ? nothing : html`<p class="reading warning"><b>Stopped early.</b> ${stopped}</p>`}
${facts([['runs', runCount], ...settings, ...versions], 'facts', broad)}
${contents(sections)}
</header>`;
  return page(title, header, sections);
}
