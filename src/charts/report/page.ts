import type { Section } from './figure.js';
import { Html, html } from './html.js';
import { style } from './style.js';

/** A document of sections below a header: no script, and a policy that lets nothing be fetched. */
export const page = (title: string, header: Html, sections: readonly Section[]): string =>
  html`${new Html('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
${header}
${sections.map(
  ({ id, heading, body }) => html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${body}
</section>
`,
)}</main>
</body>
</html>
`.markup;

export const contents = (sections: readonly Section[]): Html =>
  html`<nav aria-label="Contents"><ul>
${sections.map(
  ({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>
`,
)}</ul></nav>`;
