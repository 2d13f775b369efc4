import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import './aid.css';

export interface SliderProps {
  label: string;
  value: Signal<number>;
  min: number;
  max: number;
  step: number;
  format: (value: number) => string;
}

export function Slider({ label, value, min, max, step, format }: SliderProps) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        {...{ min, max, step }}
        value={value.value}
        aria-valuetext={format(value.value)}
        onInput={({ currentTarget }) => {
          value.value = Number(currentTarget.value);
        }}
      />
      <output for={id}>{format(value.value)}</output>
    </div>
  );
}
