import { useState } from 'preact/hooks';
import type { Session } from '../../../session/session.js';
import { fixed, small } from '../../../view/figures.js';
import { layerIn } from '../../../view/label.js';
import { Slider } from '../../../view/slider.js';
import { useMeasured } from '../../shared/use-measured.js';
import { normalise } from '../five-numbers.js';

const INPUTS = [-2, 0.5, 1, 2.5, 4];

/** A bias before a batch norm: moved by hand, and its gradient in a network. */
export function BiasAid({ session }: { session: Session }) {
  const [bias, setBias] = useState(0);
  const run = session.main.value;
  const { mean, std, y } = normalise(INPUTS.map((x) => x + bias));
  const { result, busy, measure } = useMeasured(session, 'measuring the gradients of the biases', (id) =>
    session.worker.biases(id),
  );
  return (
    <div class="aid">
      <p>
        The batch norm subtracts the mean of the batch, and the bias is in that mean: what is added to all is
        taken off again. Beta, which comes after, does its work.
      </p>
      <Slider
        label="Bias"
        value={bias}
        min={-10}
        max={10}
        step={0.5}
        text={fixed(bias, 1)}
        onValue={setBias}
      />
      <p class="measured">
        Inputs {INPUTS.map((x) => fixed(x + bias, 1)).join(', ')}: mean <b>{fixed(mean, 2)}</b>, std{' '}
        {fixed(std, 2)}; outputs {y.map((value) => fixed(value, 2)).join(', ')}.
      </p>
      <button type="button" onClick={measure} disabled={busy}>
        Measure it in a network
      </button>
      <div role="status">
        {result !== undefined && (
          <>
            <p>
              {result.own
                ? 'This run’s network'
                : 'This run has no bias before a batch norm. A network like it that has, before its first step'}
              , a batch of {result.rows}; largest gradients:
            </p>
            <div class="scroll">
              <table class="measured">
                <caption class="visually-hidden">Largest gradients of biases, weights and betas</caption>
                <thead>
                  <tr>
                    <th scope="col">Layer</th>
                    <th scope="col">bias before</th>
                    <th scope="col">weight</th>
                    <th scope="col">beta after</th>
                  </tr>
                </thead>
                <tbody>
                  {result.layers.map((layer) => (
                    <tr key={layer.place}>
                      <th scope="row">{result.own && run ? layerIn(run, layer.place) : layer.place}</th>
                      <td>
                        <b>{small(layer.bias)}</b>
                      </td>
                      <td>{small(layer.weight)}</td>
                      <td>{small(layer.beta)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <p>
              Zero, but for rounding. With {result.shift} added to all these biases no logit changes by more
              than <b>{small(result.training)}</b> while training. In use it is another matter: the running
              mean does not know of the change, and a logit moves by {fixed(result.evaluation, 2)}.
            </p>
          </>
        )}
      </div>
    </div>
  );
}
