import { useId } from 'preact/hooks';
import './aid.css';

interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /** The value as it is read, where it is not the number itself. */
  text?: string;
  onValue: (value: number) => void;
}

/** A slider with its name before it and its value behind it. */
export function Slider({ label, value, min, max, step, text = String(value), onValue }: SliderProps) {
  const id = useId();
  return (
    <p class="control">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        onInput={({ currentTarget }) => onValue(currentTarget.valueAsNumber)}
      />
      <output for={id}>{text}</output>
    </p>
  );
}
