import { readPlace, writePlace } from '../settings/place.js';
import { copyText } from '../view/copy-text.js';

/** The tag that shows one panel, of the runs that the address names, in another page. */
export function embedTag(address: string, id: string, title: string): string {
  const url = new URL(address);
  const { lesson, runs } = readPlace(url.hash);
  url.hash = writePlace({ ...(lesson !== undefined && { view: 'lessons', lesson }), embed: id }, runs);
  const source = url.href.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<iframe src="${source}" title="lanewise: ${title}" width="640" height="480" style="border:0"></iframe>`;
}

export const copyEmbed = (id: string, title: string): Promise<string> =>
  copyText(embedTag(location.href, id, title), 'this tag');
