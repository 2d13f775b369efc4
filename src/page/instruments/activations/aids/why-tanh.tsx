import { useSignal, useSignalEffect } from '@preact/signals';
import { fixed, scientific } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { type Collapse, collapse } from './linear-stack.js';

const GAIN = 5 / 3;

/** Linear layers alone keep the std with gain 1, and are one layer all the same. */
export function WhyTanh() {
  const depth = useSignal(6);
  const tanh = useSignal(false);
  const result = useSignal<Collapse | undefined>(undefined);
  useSignalEffect(() => {
    let overtaken = false;
    void collapse(depth.value, tanh.value, tanh.value ? GAIN : 1).then((made) => {
      if (!overtaken) result.value = made;
    });
    return () => {
      overtaken = true;
    };
  });
  const made = result.value;
  return (
    <div class="aid">
      <p>
        With gain 1 the outputs of stacked linear layers keep their std, and nothing saturates. But x·W₁·W₂·…
        is x·(W₁·W₂·…): however many there are, they are one linear layer, and learn what one can. Multiply
        the matrices and compare.
      </p>
      <Slider
        label="linear layers"
        value={depth.value}
        min={1}
        max={12}
        step={1}
        onValue={(value) => {
          depth.value = value;
        }}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={tanh.value}
          onInput={({ currentTarget }) => {
            tanh.value = currentTarget.checked;
          }}
        />
        a tanh behind each (and gain 5/3)
      </label>
      <table>
        <tbody>
          <tr>
            <th scope="row">std, first to last layer</th>
            <td>
              {fixed(made?.stds[0], 2)} → {fixed(made?.stds.at(-1), 2)}
            </td>
          </tr>
          <tr>
            <th scope="row">largest output of the stack</th>
            <td>{fixed(made?.largest, 3)}</td>
          </tr>
          <tr>
            <th scope="row">largest difference from the one layer W₁·W₂·…</th>
            <td>{scientific(made?.difference)}</td>
          </tr>
        </tbody>
      </table>
      <p role="status">
        {tanh.value
          ? 'With tanh between them no single matrix does what the stack does: that is what depth is good for, and the gain is the price.'
          : 'The difference is rounding: the stack is one matrix.'}
      </p>
    </div>
  );
}
