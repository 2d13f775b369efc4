import { useState } from 'preact/hooks';
import { fixed, share } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { Table } from '../../../view/table.js';
import { saturatedShare } from '../../shared/normal.js';

/** What a threshold of saturation means: how much gradient is left there, and how much of a normal lies beyond. */
export function Threshold() {
  const [threshold, setThreshold] = useState(0.97);
  const [std, setStd] = useState(5 / 3);
  const rows = [...new Set([threshold, 0.97, 0.99])];
  return (
    <div class="aid">
      <p>
        Both are the lecture’s: 0.97 counts in the table of percentages beside the histograms, 0.99 draws the
        picture in black and white. Neither is a law. A threshold says how little gradient counts as none: at
        |h| = t, tanh multiplies it by 1 − t².
      </p>
      <Slider
        label="Threshold t"
        value={threshold}
        min={0.5}
        max={0.999}
        step={0.001}
        text={fixed(threshold, 3)}
        onValue={setThreshold}
      />
      <Slider
        label="Std of the pre-activations"
        value={std}
        min={0.1}
        max={6}
        step={0.01}
        text={fixed(std, 2)}
        onValue={setStd}
      />
      <div class="scroll">
        <Table
          heads={[
            't',
            'reached at |w x + b|',
            'gradient left there, 1 − t²',
            `of a normal with std ${fixed(std, 2)} beyond`,
          ]}
          rows={rows.map((t, i) => ({
            head: i === 0 ? <b>{fixed(t, 3)}</b> : fixed(t, 3),
            cells: [fixed(Math.atanh(t), 3), share(1 - t * t), share(saturatedShare(0, std, t))],
          }))}
        />
      </div>
      <p>
        So the same layer has two percentages, and both are right: at a std of 5/3 it is 21 % beyond 0.97 and
        11 % beyond 0.99. Compare only numbers with the same threshold, and watch the trend rather than the
        number.
      </p>
    </div>
  );
}
