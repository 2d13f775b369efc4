import { typescriptLanguage } from '@codemirror/lang-javascript';
import { highlightCode, tagHighlighter, tags } from '@lezer/highlight';

/** Which class a piece of a source gets: source.css has its colour. */
export const classes = tagHighlighter([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self, tags.null, tags.bool],
    class: 'keyword',
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.escape], class: 'string' },
  { tag: tags.number, class: 'number' },
  { tag: tags.comment, class: 'comment' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: 'call' },
  {
    tag: [tags.definition(tags.variableName), tags.function(tags.definition(tags.variableName))],
    class: 'definition',
  },
  { tag: [tags.typeName, tags.className, tags.definition(tags.className)], class: 'type' },
]);

const kept = new Map<string, [text: string, kind: string][]>();
const MOST_KEPT = 500;

/** A source in pieces, each with its class; '' for plain text. The editor has the same. */
export function highlighted(source: string): readonly [text: string, kind: string][] {
  let pieces = kept.get(source);
  if (pieces === undefined) {
    const found: [string, string][] = [];
    pieces = found;
    highlightCode(
      source,
      typescriptLanguage.parser.parse(source),
      classes,
      (text, kind) => found.push([text, kind]),
      () => found.push(['\n', '']),
    );
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(source, pieces);
  }
  return pieces;
}
