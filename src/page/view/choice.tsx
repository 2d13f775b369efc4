import { useId } from 'preact/hooks';
import '../instruments/shared/aid.css';

interface ChoiceProps {
  label: string;
  /** Of one of the options. */
  value: string;
  /** Value and text of each. */
  options: readonly (readonly [value: string, text: string])[];
  onValue: (value: string) => void;
}

/** A choice with its name before it, in the place of a slider. */
export function Choice({ label, value, options, onValue }: ChoiceProps) {
  const id = useId();
  return (
    <p class="control">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </p>
  );
}
