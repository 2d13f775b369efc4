import { useSignal } from '@preact/signals';
import type { Shown } from '../../../notebook/shown.js';
import { Slider } from '../../view/slider.js';
import { useNotebook } from './context.js';

/** A value of the notebook's that the reader moves: what depends on it runs anew. */
export function Input({ id, input }: { id: number; input: Extract<Shown, { kind: 'slider' }> }) {
  const { notebook } = useNotebook();
  const { name, label, min, max, step, value } = input;
  // The knob is where the reader has it, also while the cell is behind.
  const moved = useSignal(value);
  const last = useSignal(value);
  if (last.peek() !== value) {
    last.value = value;
    moved.value = value;
  }
  return (
    <div class="aid">
      <Slider
        {...{ label, min, max, step }}
        value={moved.value}
        onValue={(to) => {
          moved.value = to;
          notebook.setInput(id, name, to);
        }}
      />
    </div>
  );
}
