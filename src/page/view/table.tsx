import type { ComponentChildren } from 'preact';

export interface Row {
  head: ComponentChildren;
  cells: readonly ComponentChildren[];
  class?: string;
}

interface TableProps {
  caption?: ComponentChildren;
  /** Said to those alone who do not see the table. */
  captionHidden?: boolean;
  class?: string;
  /** Of the columns, that of the rows' names first; it may be empty. */
  heads: readonly ComponentChildren[];
  rows: readonly Row[];
}

/** A table whose columns and rows have names. */
export const Table = ({ caption, captionHidden = false, class: name, heads, rows }: TableProps) => (
  <table class={name}>
    {caption !== undefined && (
      <caption class={captionHidden ? 'visually-hidden' : undefined}>{caption}</caption>
    )}
    <thead>
      <tr>
        {heads.map((head, i) =>
          head === '' ? (
            <td key={i} />
          ) : (
            <th key={i} scope="col">
              {head}
            </th>
          ),
        )}
      </tr>
    </thead>
    <tbody>
      {rows.map(({ head, cells, class: kind }, i) => (
        <tr key={i} class={kind}>
          <th scope="row">{head}</th>
          {cells.map((cell, j) => (
            <td key={j}>{cell}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
