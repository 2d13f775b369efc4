import type { ChartOption, Look } from '../frame.js';
import { renderSvg, withVariables } from '../svg.js';
import { light } from '../theme.js';
import { type Content, Html, html, nothing } from './html.js';
import type { Reading } from './readings.js';

/** A chart for each look; `id` is the figure's own in the report. */
export interface Figure {
  id: string;
  /** What the chart shows, for those who do not see it. */
  label: string;
  describe: (look: Partial<Look>) => ChartOption;
  caption?: Content;
}

const [WIDE, NARROW] = [760, 344];

function drawing(id: string, { label, describe }: Figure, width: number, height: number): Html {
  const option = describe({ theme: light, narrow: width < WIDE, legend: false });
  const svg = renderSvg(option, { width, height, theme: 'light', label, id, background: 'transparent' });
  return new Html(withVariables(svg, light));
}

const below = ({ caption }: Figure): Html =>
  caption === undefined ? nothing : html`<figcaption>${caption}</figcaption>`;

/** As wide as the column, and drawn a second time for small screens, where the first would be too small to read. */
export const figure = (
  data: Figure,
  height: number,
  narrowHeight = 250,
): Html => html`<figure id="${data.id}">
<div class="wide">${drawing(`${data.id}-wide`, data, WIDE, height)}</div>
<div class="narrow">${drawing(`${data.id}-narrow`, data, NARROW, narrowHeight)}</div>
${below(data)}</figure>
`;

/** Two or three small figures side by side, one below the other on small screens. */
export function row(figures: Figure[], height: number): Html {
  const three = figures.length % 3 === 0;
  const width = three ? 244 : 372;
  return html`<div class="row${three ? ' three' : ''}">
${figures.map(
  (
    data,
  ) => html`<figure id="${data.id}">${drawing(`${data.id}-svg`, data, width, height)}${below(data)}</figure>
`,
)}</div>
`;
}

const words = { healthy: 'Healthy here.', note: 'Note.', warning: 'Warning.', problem: 'Problem.' };

/** What a figure says about this run; the word, not the colour alone, tells how bad it is. */
export const readings = (all: Reading[]): Html =>
  html`${all.map(
    ({ severity, text }) => html`<p class="reading ${severity}"><b>${words[severity]}</b> ${text}</p>
`,
  )}`;

export interface Section {
  id: string;
  heading: string;
  body: Html;
}
