import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import './panel.css';

interface PanelProps {
  class: string;
  title: string;
  children: ComponentChildren;
}

/** A part of the side: open where there is room beside the instruments, closed above them on a small screen. */
export function Panel({ class: name, title, children }: PanelProps) {
  const [wide] = useState(() => matchMedia('(min-width: 62rem)').matches);
  return (
    <details class={name} open={wide}>
      <summary>
        <h2>{title}</h2>
      </summary>
      {children}
    </details>
  );
}
