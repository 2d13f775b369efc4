/** How distributions are drawn on all of the page, and from where their axes are held. */
import { type Signal, signal } from '@preact/signals';

export type Form = 'ridges' | 'histograms';

const KEY = 'lanewise-distributions';

function kept(): Form {
  try {
    return localStorage.getItem(KEY) === 'histograms' ? 'histograms' : 'ridges';
  } catch {
    return 'ridges';
  }
}

export const form: Signal<Form> = signal(kept());

/** Counts how often the axes were fitted to what is shown. */
export const fitted = signal(0);

function choose(wanted: Form): void {
  form.value = wanted;
  try {
    localStorage.setItem(KEY, wanted);
  } catch {
    // A page that may keep nothing forgets it.
  }
}

/** `name`: of the instrument; each has the switch, and they agree. */
export const FormSwitch = ({ name }: { name: string }) => (
  <fieldset class="threshold form-switch">
    <legend>Drawn as</legend>
    {(['ridges', 'histograms'] as const).map((each) => (
      <label key={each}>
        <input
          type="radio"
          name={`${name}-form`}
          checked={form.value === each}
          onChange={() => choose(each)}
        />
        {each}
      </label>
    ))}
    <button
      type="button"
      class="link"
      title="Axes only grow while a run plays; this begins them anew"
      onClick={() => {
        fitted.value++;
      }}
    >
      Fit the axes
    </button>
  </fieldset>
);
