import { useState } from 'preact/hooks';
import { fixed, percent, share } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { columnChance, oneIn } from './one-unit.js';

/** A column is about one batch: how often a unit that is merely often saturated looks dead. */
export function WhiteColumn() {
  const [part, setPart] = useState(0.9);
  const [batch, setBatch] = useState(32);
  const chance = columnChance(part, batch);
  return (
    <div class="aid">
      <p>
        Not yet. A white column says: in all the rows of <em>this batch</em> the unit was on its flat part, so
        this step taught it next to nothing. Whether it is dead depends on all the other examples.
      </p>
      <Slider
        label="Saturated in this share of all examples"
        value={part}
        min={0.5}
        max={1}
        step={0.005}
        text={percent(part)}
        onValue={setPart}
      />
      <Slider label="Rows of a batch" value={batch} min={1} max={256} step={1} onValue={setBatch} />
      <p class="measured" role="status">
        Its column is white with probability {fixed(part, 3)}
        <sup>{batch}</sup> = <b>{share(chance)}</b> ({oneIn(chance)}); of 200 such units{' '}
        <b>{fixed(200 * chance, 1)}</b> look dead at a time.
      </p>
      <p>
        To measure it rather than reckon, click the column: the panel counts all training examples in which
        the unit is open. One is enough to bring it back, sooner or later. And “dead” is a word for a limit:
        at |h| = 0.99 tanh still lets 2 % of the gradient through. Only where ReLU is off is it exactly 0.
      </p>
    </div>
  );
}
