import type { Signal } from '@preact/signals';
import './layer-name.css';

/** Colours of the charts; the seventh layer has the first again, its line dashed, the thirteenth dotted. */
const COLOURS = 6;
/** Places begin with it. */
const WORD = 'layer ';

/** The line of a layer in the charts; layer 0 is the embedding. */
function Swatch({ layer }: { layer: number }) {
  const colour = layer <= 0 ? 0 : 1 + ((layer - 1) % COLOURS);
  const round = Math.floor((layer - 1) / COLOURS);
  const dash = round <= 0 ? '' : round === 1 ? 'dashed' : 'dotted';
  return <i class={dash} style={{ '--swatch': `var(--layer-${colour})` }} aria-hidden="true" />;
}

export interface LayerNameProps {
  name: string;
  layer: number;
  /** The layer whose line stands out; a press chooses this one, another press none. */
  chosen: Signal<string | undefined>;
}

/** A layer's line and name, in a table beside the chart; pressed, its line stands out there. */
export function LayerName({ name, layer, chosen }: LayerNameProps) {
  const pressed = chosen.value === name;
  return (
    <button
      type="button"
      class="layer-name"
      aria-pressed={pressed}
      title={pressed ? 'Show all lines alike' : 'Make this line stand out'}
      onClick={() => {
        chosen.value = pressed ? undefined : name;
      }}
    >
      <Swatch layer={layer} />
      {/* On a narrow screen the number and the kind have to do. */}
      <span>
        {name.startsWith(WORD) && <span class="word">{WORD}</span>}
        {name.startsWith(WORD) ? name.slice(WORD.length) : name}
      </span>
    </button>
  );
}
