import { micromark } from 'micromark';
import { useMemo } from 'preact/hooks';

/** An image is a link to it: nothing is fetched before the reader asks for it. */
const withoutImages = { disable: { null: ['labelStartImage'] } };

/** HTML of Markdown, in which a link of a kind that is left out leads nowhere, not to the page itself. */
export const htmlOf = (source: string): string =>
  micromark(source, { extensions: [withoutImages] }).replaceAll('<a href=""', '<a');

/**
 * A cell of Markdown as it reads. micromark writes HTML of a text as text, and leaves out addresses of other kinds than
 * http, https and mailto: a notebook of somebody else's brings no markup of its own.
 */
export function Text({ source }: { source: string }) {
  const html = useMemo(() => htmlOf(source), [source]);
  if (source.trim() === '') return <p class="empty">An empty text.</p>;
  return <div class="prose" dangerouslySetInnerHTML={{ __html: html }} />;
}
