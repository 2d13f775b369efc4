import { scheme } from '../view/appearance.js';
import { Canvas } from './canvas.js';
import { paintScale, type Surface } from './paint.js';

/** The scale of the values. */
export function Legend() {
  return (
    <div class="network-legend" title="White is 0; the strongest colours are as far from it as most values">
      −
      <div>
        <Canvas class="network-canvas" paint={paintLegend} />
      </div>
      +
    </div>
  );
}

const paintLegend = ({ context }: Surface, { width, height }: { width: number; height: number }) =>
  paintScale(context, width, height, scheme.value);
