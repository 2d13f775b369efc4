import { useState } from 'preact/hooks';
import { fixed, share } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { saturatedShare } from '../../shared/normal.js';
import { columnChance, draw, meanSlope } from './one-unit.js';
import { Sketch } from './sketch.js';

const BATCH = 32;
const EDGE = Math.atanh(0.99);
const slope = (a: number) => 1 - Math.tanh(a) ** 2;
const FLAT = [
  [-Infinity, -EDGE],
  [EDGE, Infinity],
] as const;

interface Batch {
  /** The inputs; which of them saturate follows from weight and bias. */
  inputs: number[];
}

const newBatch = (): Batch => ({ inputs: Array.from({ length: BATCH }, draw) });

/** One tanh unit to move: h = tanh(w x + b) with x normal. */
export function Revival() {
  const [weight, setWeight] = useState(1);
  const [bias, setBias] = useState(4);
  const [batch, setBatch] = useState(newBatch);
  const saturated = saturatedShare(bias, weight, 0.99);
  const gradient = meanSlope(bias, weight);
  const dead = columnChance(saturated, BATCH);
  const closed = batch.inputs.map((x) => Math.abs(weight * x + bias) > EDGE);
  const count = closed.filter(Boolean).length;
  return (
    <div class="aid">
      <p>
        One unit, h = tanh(w x + b), with inputs x from a normal distribution of mean 0 and std 1. Push it
        into the flat part with the bias, or spread it over both with the weight.
      </p>
      <Slider
        label="Weight w"
        value={weight}
        min={0}
        max={10}
        step={0.1}
        text={fixed(weight, 1)}
        onValue={setWeight}
      />
      <Slider
        label="Bias b"
        value={bias}
        min={-8}
        max={8}
        step={0.1}
        text={fixed(bias, 1)}
        onValue={setBias}
      />
      <Sketch
        mean={bias}
        std={weight}
        slope={slope}
        flat={FLAT}
        label={`Pre-activation of mean ${bias} and std ${weight}, with the slope of tanh`}
      />
      <dl class="results">
        <div>
          <dt>examples with |h| &gt; 0.99</dt>
          <dd>{share(saturated)}</dd>
        </div>
        <div>
          <dt>gradient let through, mean of 1 − h²</dt>
          <dd>{share(gradient)}</dd>
        </div>
        <div>
          <dt>batches of {BATCH} that find it dead</dt>
          <dd>{share(dead)}</dd>
        </div>
      </dl>
      <div class="batch">
        <button type="button" onClick={() => setBatch(newBatch())}>
          Draw another batch
        </button>
        <div
          class="row"
          role="img"
          aria-label={`A batch of ${BATCH}: saturated in ${count}${count === BATCH ? ', dead on this batch' : ''}`}
        >
          {closed.map((white, i) => (
            <span key={`${i}`} class={white ? 'white' : 'black'} />
          ))}
        </div>
        <output>
          {count} of {BATCH} saturated{count === BATCH ? ': dead on this batch' : ''}
        </output>
      </div>
      <p>
        So there are two ways back. <b>Another batch:</b> as long as some examples fall on the slope, one of
        them comes sooner or later (here {share(1 - dead)} of the batches hold one), and its gradient moves w
        and b. <b>The layers before:</b> what they learn moves x, whether this unit helps or not; a batch norm
        in front pulls the pre-activation back to the middle at once. <b>And none:</b> with w = 1 and b = 8
        next to no example reaches the slope, and the unit stays where it is: dead for good. A learning rate
        that is far too high throws a unit there in one step.
      </p>
    </div>
  );
}
