import { micromark } from 'micromark';
import { useMemo } from 'preact/hooks';

/**
 * A cell of Markdown as it reads. micromark writes HTML of a text as text, and leaves out addresses of other kinds than
 * http, https and mailto: a notebook of somebody else's brings no markup of its own.
 */
export function Text({ source }: { source: string }) {
  const html = useMemo(() => micromark(source), [source]);
  if (source.trim() === '') return <p class="empty">An empty text.</p>;
  return <div class="prose" dangerouslySetInnerHTML={{ __html: html }} />;
}
