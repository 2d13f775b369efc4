import { useSignal } from '@preact/signals';
import type { Checked } from '../../../notebook/shown.js';

/** Whether an exercise is solved, what differs, and hints, one after the other. */
export function CheckResult({ check: { name, passed, differs, hints } }: { check: Checked }) {
  const seen = useSignal(0);
  const left = hints.length - seen.value;
  return (
    <div class={`check ${passed ? 'passed' : 'open'}`} role="status">
      <p>
        <b>{passed ? '✓ Solved:' : 'Not yet:'}</b> {name}
        {!passed && differs !== '' && <span class="differs">: {differs}</span>}
      </p>
      {!passed && (
        <>
          {seen.value > 0 && (
            <ol>
              {hints.slice(0, seen.value).map((hint) => (
                <li key={hint}>{hint}</li>
              ))}
            </ol>
          )}
          {left > 0 && (
            <button
              type="button"
              class="link"
              onClick={() => {
                seen.value++;
              }}
            >
              {seen.value === 0 ? 'Show a hint' : `Show another hint (${left} left)`}
            </button>
          )}
        </>
      )}
    </div>
  );
}
