const VOID = new Set(['meta', 'br', 'link', 'img', 'hr', 'input']);

export interface Element {
  tag: string;
  attributes: Record<string, string>;
}

/**
 * Reads a document strictly: every element closed in order, every attribute quoted and given once, every `<` and `&` of
 * the text escaped, every id used once. Throws where it is not so; returns the elements and the text.
 */
export function readStrictly(document: string): { elements: Element[]; text: string } {
  const elements: Element[] = [];
  const open: string[] = [];
  const ids = new Set<string>();
  let text = '';
  const token =
    /<!doctype html>|<\/([a-zA-Z][\w-]*)>|<([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|[^<]+/gy;
  let at = 0;
  for (const match of document.matchAll(token)) {
    if (match.index !== at) throw new Error(`expected markup at …${document.slice(at, at + 60)}`);
    at += match[0].length;
    const [whole, closed, tag, attributes = '', selfClosed] = match;
    if (closed !== undefined) {
      const expected = open.pop();
      if (expected !== closed) throw new Error(`expected </${expected}>, got </${closed}>`);
    } else if (tag !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
      const element = { tag, attributes: Object.fromEntries(pairs) };
      if (Object.keys(element.attributes).length !== pairs.length)
        throw new Error(`attribute twice: ${whole}`);
      for (const [, value] of pairs) expectEscaped(value);
      const { id } = element.attributes;
      if (id !== undefined && ids.has(id)) throw new Error(`id twice: ${id}`);
      if (id !== undefined) ids.add(id);
      elements.push(element);
      if (selfClosed === '' && !VOID.has(tag)) open.push(tag);
    } else if (!whole.startsWith('<!') && open[open.length - 1] !== 'style') {
      expectEscaped(whole);
      text += whole;
    }
  }
  if (at !== document.length) throw new Error(`expected markup at …${document.slice(at, at + 60)}`);
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  return { elements, text };
}

function expectEscaped(text: string): void {
  const bare = /&(?!#\d+;|(?:amp|lt|gt|quot);)/.exec(text);
  if (bare !== null) throw new Error(`bare & in …${text.slice(bare.index, bare.index + 30)}`);
}
