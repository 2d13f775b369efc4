import { fixed } from '../../../view/figures.js';
import './unit.css';

interface SketchProps {
  mean: number;
  std: number;
  /** Slope of the activation; its largest is 1. */
  slope: (a: number) => number;
  /** Stretches in which it is flat. */
  flat: readonly (readonly [number, number])[];
  label: string;
}

const REACH = 8;
const POINTS = 320;

/** Where the pre-activation lies (filled), and the slope there (line), each as high as its own largest value. */
export function Sketch({ mean, std, slope, flat, label }: SketchProps) {
  const at = (i: number) => REACH * ((2 * i) / POINTS - 1);
  const path = (height: (a: number) => number) =>
    Array.from({ length: POINTS + 1 }, (_, i) => `${at(i).toFixed(3)} ${(-height(at(i))).toFixed(4)}`).join(
      'L',
    );
  const density = (a: number) => Math.exp(-(((a - mean) / Math.max(std, 0.02)) ** 2) / 2);
  return (
    <figure class="sketch">
      <svg
        viewBox={`${-REACH} -1.08 ${2 * REACH} 1.1`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {flat.map(([from, to]) => (
          <rect
            key={from}
            class="flat"
            x={Math.max(-REACH, from)}
            width={Math.min(REACH, to) - Math.max(-REACH, from)}
            y={-1.08}
            height={1.1}
          />
        ))}
        <path class="density" d={`M${-REACH} 0L${path(density)}L${REACH} 0Z`} />
        <path class="slope" d={`M${path(slope)}`} vector-effect="non-scaling-stroke" />
      </svg>
      <p class="axis" aria-hidden="true">
        {[-8, -4, 0, 4, 8].map((tick) => (
          <span key={tick}>{fixed(tick, 0)}</span>
        ))}
      </p>
      <figcaption class="help">
        Filled: where the pre-activation lies. Line: the slope, by which the gradient is multiplied. Shaded:
        flat. Each as high as its own largest value.
      </figcaption>
    </figure>
  );
}
