import { escaped } from '../printable.js';

/** Markup, as against text, which is escaped where it enters markup. */
export class Html {
  constructor(readonly markup: string) {}
}

export type Content = Html | string | number | readonly Content[];

/** The only way from text to markup: html`<td>${anything}</td>` escapes what is not `Html` already. */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(parts.reduce((all, part, i) => all + markup(contents[i - 1]) + part));
}

export const nothing = new Html('');

function markup(content: Content): string {
  if (content instanceof Html) return content.markup;
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return content.map(markup).join('');
}

export interface Table {
  caption: string;
  /** Names of the columns. The first holds the names of the rows, the others numbers. */
  head: Content[];
  rows: Content[][];
  /** A row above `head`: names that span several columns. */
  groups?: { name: string; columns: number }[];
}

/** A table that scrolls by itself where it is wider than the page. */
export function table({ caption, head, rows, groups }: Table): Html {
  const first =
    groups === undefined
      ? nothing
      : html`<tr>${groups.map(({ name, columns }) =>
          name === ''
            ? html`<td colspan="${columns}"></td>`
            : html`<th scope="colgroup" colspan="${columns}">${name}</th>`,
        )}</tr>`;
  return html`<div class="table" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead>${first}<tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([
    name,
    ...cells
  ]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
)}</tbody></table></div>`;
}

type Pair = readonly [string, Content];

/** Names and values; those of `broad` each take a line of their own. */
export const facts = (
  pairs: readonly Pair[],
  kind: 'facts' | 'settings',
  broad: readonly Pair[] = [],
): Html =>
  html`<dl class="${kind}">
${pairs.map(
  ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`,
)}${broad.map(
  ([name, value]) => html`<div class="broad"><dt>${name}</dt><dd>${value}</dd></div>
`,
)}</dl>`;

/** A short line in a series' colour beside its name; a border, since browsers leave backgrounds off paper. */
export const key = (variable: string, name: string): Html =>
  html`<span class="key" style="border-color:var(--${variable})"></span>${name}`;

export const code = (text: string): Html => html`<code>${text}</code>`;
