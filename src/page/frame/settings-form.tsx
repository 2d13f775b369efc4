import { batch, type Signal, useComputed, useSignal } from '@preact/signals';
import { printable } from 'lanewise';
import type { RunSettings } from 'lanewise/makemore';
import { useEffect } from 'preact/hooks';
import type { Session } from '../session/session.js';
import { check, commandOf } from '../settings/address.js';
import { type Field, fieldsOf, parse, presets, settingOf, shownText, textOf } from '../settings/fields.js';

type Draft = Signal<Readonly<Record<string, string>>>;

const textsOf = (settings: RunSettings): Record<string, string> =>
  Object.fromEntries(
    fieldsOf(settings.net).map((field) => [field.key, textOf(field, settingOf(settings, field))]),
  );

const groups = [
  { title: 'Network', of: 'network' },
  { title: 'Training', of: 'training' },
] as const;

/** Reads all controls. Errors: RangeError for the first that is no value. */
function settingsOf(net: RunSettings['net'], draft: Readonly<Record<string, string>>): RunSettings {
  const settings: Record<string, unknown> = { ...presets[net] };
  for (const field of fieldsOf(net)) settings[field.key] = parse(field, draft[field.key] ?? '');
  const read = settings as unknown as RunSettings;
  check(read);
  return read;
}

/** The settings of the next run; a change starts it. */
export function SettingsForm({ session }: { session: Session }) {
  const net = useSignal<RunSettings['net']>('mlp');
  const draft: Draft = useSignal({});
  const error = useSignal<{ key: string; message: string } | undefined>(undefined);
  // What is shown is what the controls say, also after a link, a fork or a choice among runs.
  useEffect(
    () =>
      session.main.subscribe((run) => {
        if (run === undefined) return;
        batch(() => {
          net.value = run.info.settings.net;
          draft.value = textsOf(run.info.settings);
          error.value = undefined;
        });
      }),
    [session],
  );
  const change = (changed: RunSettings['net'], texts: Record<string, string>, key: string) => {
    batch(() => {
      net.value = changed;
      draft.value = texts;
    });
    try {
      const settings = settingsOf(changed, texts);
      error.value = undefined;
      const { linked } = session.main.peek() ?? { linked: {} };
      void session.replace({ ...linked, settings });
    } catch (problem) {
      error.value = { key, message: (problem as Error).message };
    }
  };
  const command = useComputed(() => {
    const run = session.main.value;
    return run === undefined ? '' : commandOf(run.info.settings, run.names?.source);
  });
  return (
    <form class="controls" aria-label="Settings of the run" onSubmit={(event) => event.preventDefault()}>
      <Concerned session={session} />
      <label class="field network">
        <span>Network</span>
        <select
          value={net.value}
          onChange={({ currentTarget: { value } }) => {
            const chosen = value as RunSettings['net'];
            change(chosen, textsOf(presets[chosen]), 'net');
          }}
        >
          <option value="mlp">one hidden layer</option>
          <option value="deep">six layers, or yours</option>
        </select>
      </label>
      {groups.map(({ title, of }) => (
        <fieldset key={title}>
          <legend class={title === 'Network' ? 'visually-hidden' : undefined}>{title}</legend>
          {fieldsOf(net.value)
            .filter((field) => field.of === of)
            .map((field) => (
              <Control
                key={field.key}
                field={field}
                text={shownText(field, draft.value)}
                error={error.value?.key === field.key ? error.value.message : undefined}
                onChange={(text) => change(net.peek(), { ...draft.peek(), [field.key]: text }, field.key)}
              />
            ))}
        </fieldset>
      ))}
      <details class="command">
        <summary>The same run in a terminal</summary>
        <code>{command}</code>
      </details>
    </form>
  );
}

/** Of two runs, the one that the settings are of. */
function Concerned({ session }: { session: Session }) {
  const [main, other] = session.shown.value;
  if (other === undefined) return null;
  return (
    <p class="help">
      Of run {main.info.id}. A change replaces it; run {other.info.id} stays beside it.
    </p>
  );
}

interface ControlProps {
  field: Field;
  text: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

function Control({ field, text, error, onChange }: ControlProps) {
  const { label, help, kind, choices = [] } = field;
  const id = `set-${field.name}`;
  const described = error === undefined ? `${id}-help` : `${id}-error`;
  const common = { id, 'aria-describedby': described, 'aria-invalid': error !== undefined };
  const change = ({ currentTarget }: { currentTarget: { value: string } }) => onChange(currentTarget.value);
  return (
    <div class={kind === 'flag' ? 'field flag' : 'field'}>
      <label for={id} title={help}>
        {label}
      </label>
      {kind === 'choice' ? (
        <select {...common} value={text} onChange={change}>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : kind === 'flag' ? (
        <input
          {...common}
          type="checkbox"
          checked={text === 'yes'}
          onChange={({ currentTarget }) => onChange(currentTarget.checked ? 'yes' : 'no')}
        />
      ) : (
        <input
          {...common}
          type="text"
          inputMode={kind === 'integer' ? 'numeric' : 'text'}
          spellcheck={false}
          autocomplete="off"
          value={text}
          onChange={change}
        />
      )}
      <span class="help" id={`${id}-help`}>
        {help}
      </span>
      {error !== undefined && (
        <span class="error" id={`${id}-error`} role="alert">
          {printable(error)}
        </span>
      )}
    </div>
  );
}
