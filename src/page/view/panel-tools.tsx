import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';

/** What the page around the panels does with one of them. */
export interface PanelActions {
  /** Shows it on the whole screen. */
  project(id: string): void;
  /** Copies the tag that puts it into another page; resolves to what can be said of that. */
  embed(id: string, title: string): Promise<string>;
}

/** Undefined where a panel is all there is. */
export const PanelContext = createContext<PanelActions | undefined>(undefined);

/** Seen when the panel is pointed at or has the focus. */
export function PanelTools({ id, title }: { id: string; title: string }) {
  const actions = useContext(PanelContext);
  const [said, setSaid] = useState('');
  if (actions === undefined) return null;
  return (
    <div class="panel-tools">
      <span role="status">{said}</span>
      <button
        type="button"
        title="A tag that shows this in another page, copied"
        aria-label={`Embed: ${title}`}
        onClick={() => void actions.embed(id, title).then(setSaid)}
        onBlur={() => setSaid('')}
      >
        Embed
      </button>
      <button
        type="button"
        title="On the whole screen (F)"
        aria-label={`Enlarge: ${title}`}
        onClick={() => actions.project(id)}
      >
        Enlarge
      </button>
    </div>
  );
}
