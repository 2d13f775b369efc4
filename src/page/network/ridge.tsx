import { useMemo } from 'preact/hooks';
import { Canvas, type Size } from './canvas.js';
import { look } from './look.js';
import type { NetworkState } from './network-state.js';
import { paintUpdates, RidgePainter, type Surface } from './paint.js';
import { BOUNDED_AXIS, counterpart, layerIn } from './shown-layer.js';

interface RidgeProps {
  state: NetworkState;
  position: number;
  kind: string;
  depth: number;
  vertical: boolean;
}

/** How what flows out of a layer is spread over the minibatch; in the update how far its parameters moved. */
export function Ridge({ state, position, kind, depth, vertical }: RidgeProps) {
  const paint = useMemo(() => {
    const ridge = new RidgePainter();
    return ({ context }: Surface, { width, height, scale }: Size) => {
      const { view, otherView, side } = state;
      const layer = layerIn(side.value === 'other' ? otherView.value : view.value, position);
      if (layer === undefined) return;
      const { layers, rule, ink, muted, accent, problem } = look.value;
      if (state.flowing.value === 'update') {
        const ratios = layer.updates.map(({ ratio }) => ratio);
        paintUpdates(context, ratios, width, height, {
          vertical,
          scale,
          rule,
          line: muted,
          fill: accent,
          fast: problem,
        });
        return;
      }
      const colour = layers[1 + ((depth - 1) % 6)];
      const quiet = kind === 'Linear' || kind === 'BatchNorm1d';
      const style = {
        vertical,
        back: state.flowing.value === 'gradient',
        fill: quiet ? `color-mix(in srgb, ${muted} 35%, transparent)` : colour,
        line: quiet ? muted : colour,
        rule,
        scale,
        marks: layer.axis === BOUNDED_AXIS ? [-1 / BOUNDED_AXIS, 1 / BOUNDED_AXIS] : [],
      };
      ridge.paint(context, layer.density, width, height, style);
      const beside =
        side.value === 'difference' ? counterpart(view.value, otherView.value, position) : undefined;
      if (beside)
        ridge.paint(context, beside.density, width, height, {
          ...style,
          line: ink,
          outline: true,
          stretch: beside.axis / layer.axis,
        });
    };
  }, [state, position, kind, depth, vertical]);
  return <Canvas class="network-ridge" paint={paint} />;
}
