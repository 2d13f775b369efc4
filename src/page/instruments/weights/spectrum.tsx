import { plain } from '../../view/figures.js';
import { countFor } from './labels.js';

const [WIDTH, HEIGHT] = [160, 90];

/** Singular values, largest first, as bars from 0, and what they say of the matrix. */
export function Spectrum({ values, what }: { values: Float64Array | undefined; what: string }) {
  if (values === undefined || values.length === 0) return <div class="spectrum" />;
  const { length } = values;
  if (values[0] === 0)
    return (
      <figure class="spectrum">
        <figcaption>{length} singular values, all 0</figcaption>
      </figure>
    );
  const largest = values[0];
  const wide = WIDTH / length;
  const bars = Array.from(
    values,
    (value, i) =>
      `M${(i * wide).toFixed(2)} ${HEIGHT}v${((-HEIGHT * value) / largest).toFixed(2)}h${(0.8 * wide).toFixed(2)}V${HEIGHT}z`,
  ).join('');
  const most = countFor(0.9, values);
  return (
    <figure class="spectrum">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${length} singular values of the ${what}, from ${plain(values[0])} to ${plain(values[length - 1])}`}
      >
        <path d={bars} />
      </svg>
      <figcaption>
        {length} singular values, {plain(values[0])} to {plain(values[length - 1], 2)}; 90&nbsp;% of their
        squares in the first <b>{most}</b>
      </figcaption>
    </figure>
  );
}
