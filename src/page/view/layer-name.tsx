import './layer-name.css';

/** Colours of the charts; the seventh layer has the first again, its line dashed, the thirteenth dotted. */
const COLOURS = 6;

/** The line of a layer in the charts; layer 0 is the embedding. */
function Swatch({ layer }: { layer: number }) {
  const colour = layer <= 0 ? 0 : 1 + ((layer - 1) % COLOURS);
  const round = Math.floor((layer - 1) / COLOURS);
  const dash = round <= 0 ? '' : round === 1 ? 'dashed' : 'dotted';
  return <i class={dash} style={{ '--swatch': `var(--layer-${colour})` }} aria-hidden="true" />;
}

interface LayerNameProps {
  name: string;
  layer: number;
  /** Whether it is the one that stands out; a press chooses it, another press none. */
  pressed: boolean;
  choose: (name: string | undefined) => void;
}

/** A layer's line and name, in a table beside the chart; pressed, its line stands out there. */
export function LayerName({ name, layer, pressed, choose }: LayerNameProps) {
  return (
    <button
      type="button"
      class="layer-name"
      aria-pressed={pressed}
      title={pressed ? 'Show all layers alike' : 'Make this layer stand out'}
      onClick={() => choose(pressed ? undefined : name)}
    >
      <Swatch layer={layer} />
      {name}
    </button>
  );
}
