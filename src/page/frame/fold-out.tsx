import type { ComponentChildren } from 'preact';

interface FoldOutProps {
  class: string;
  title: string;
  children: ComponentChildren;
}

/** A part of the column that one opens when one needs it. */
export function FoldOut({ class: name, title, children }: FoldOutProps) {
  return (
    <details class={`fold-out ${name}`}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}
