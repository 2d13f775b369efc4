import { useState } from 'preact/hooks';
import { fixed, share } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { below } from '../../shared/normal.js';
import { columnChance } from './one-unit.js';
import { Sketch } from './sketch.js';

const BATCH = 32;
const slope = (a: number) => (a > 0 ? 1 : 0);
const FLAT = [[-Infinity, 0]] as const;

/** ReLU has one flat part, and there the gradient is exactly 0. */
export function ForRelu() {
  const [mean, setMean] = useState(0);
  const off = below(-mean / 2);
  return (
    <div class="aid">
      <p>
        ReLU is flat on one side only, but there it is entirely so: off, and the gradient is exactly 0. On the
        other side it never saturates. Here is a unit whose pre-activation has std 2; move its mean.
      </p>
      <Slider
        label="Mean of the pre-activation"
        value={mean}
        min={-8}
        max={8}
        step={0.1}
        text={fixed(mean, 1)}
        onValue={setMean}
      />
      <Sketch
        mean={mean}
        std={2}
        slope={slope}
        flat={FLAT}
        label={`Pre-activation of mean ${mean} and std 2, with the slope of ReLU`}
      />
      <p class="measured" role="status">
        Off in <b>{share(off)}</b> of the examples; in all of a batch of {BATCH} with probability{' '}
        <b>{share(columnChance(off, BATCH))}</b>.
      </p>
      <div class="scroll">
        <table class="wordy">
          <thead>
            <tr>
              <th>activation</th>
              <th>white where</th>
              <th>gradient let through there</th>
              <th>white in a healthy layer</th>
            </tr>
          </thead>
          <tbody>
            {[
              ['tanh', '|h| > 0.99', 'at most 2 %', 'up to a tenth'],
              ['sigmoid', '|2h − 1| > 0.99', 'at most 0.5 % (at its best 25 %)', 'up to a tenth'],
              ['ELU', 'h < −0.99', 'less than 1 %', 'next to none'],
              ['ReLU', 'h = 0', 'exactly 0', 'about half'],
              ['leaky ReLU', 'h ≤ 0', '1 %', 'about half'],
            ].map(([name, ...cells]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {cells.map((cell) => (
                  <td key={cell}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        So a ReLU unit that is off for every example can be brought back only by what the layers before it
        learn; a leaky ReLU cannot die, it only learns slowly while it is off.
      </p>
    </div>
  );
}
