import { useSignal } from '@preact/signals';
import type { DeepSettings, RunSettings } from 'lanewise/makemore';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Session } from '../session/session.js';
import { fields, presets, textOf } from '../settings/fields.js';
import { plain } from '../view/figures.js';
import { beginnings } from '../view/label.js';

/** The settings that one moves while one looks at the network; a change is another run, which plays on where this one did. */
export function QuickControls({ session }: { session: Session }) {
  const settings = session.main.value?.info.settings;
  if (settings === undefined) return null;
  const change = (changed: Partial<RunSettings>) =>
    void apply(session, { ...settings, ...changed } as RunSettings);
  return (
    <div class="quick">
      <Chips
        title="Network"
        name="net"
        value={settings.net}
        choices={[
          ['mlp', 'one hidden layer'],
          [
            'deep',
            settings.net === 'deep' && settings.depth !== 6 ? `${settings.depth} layers` : 'six layers',
          ],
        ]}
        onChange={(net) => void apply(session, presets[net])}
      />
      {settings.net === 'mlp' ? (
        <Chips
          title="Beginning"
          name="init"
          value={settings.init}
          choices={BEGINNINGS.map((init) => [init, beginnings[init]])}
          other={beginnings[settings.init]}
          onChange={(init) => change({ init })}
        />
      ) : (
        <Deep settings={settings} change={change} />
      )}
      <Rate settings={settings} change={change} />
      <Chips
        title="Batch size"
        name="batch"
        value={settings.batch}
        choices={[4, 32, 128].map((batch) => [batch, String(batch)])}
        other={String(settings.batch)}
        onChange={(batch) => change({ batch })}
      />
    </div>
  );
}

async function apply(session: Session, settings: RunSettings): Promise<void> {
  const { linked } = session.main.peek() ?? {};
  const playing = session.playing.peek();
  if ((await session.replace({ ...linked, settings })) && playing) await session.play();
}

/** In the order of the lecture. */
const BEGINNINGS = ['original', 'softmax', 'tanh', 'kaiming', 'bn', 'notebook'] as const;

interface PartProps<S> {
  settings: S;
  change: (changed: Partial<RunSettings>) => void;
}

const gainField = fields.find(({ key }) => key === 'gain');

function Deep({ settings, change }: PartProps<DeepSettings>) {
  const { gain, batchNorm, activation } = settings;
  const inForce = gain ?? (batchNorm ? 1 : 5 / 3);
  return (
    <>
      <Chips
        title="Gain"
        name="gain"
        value={inForce}
        choices={[
          [0.5, '0.5'],
          [1, '1'],
          [5 / 3, '5/3'],
          [3, '3'],
        ]}
        other={gainField && textOf(gainField, inForce)}
        onChange={(value) => change({ gain: value })}
      />
      <label class="switch">
        <span>Batch norm</span>
        <input
          type="checkbox"
          checked={batchNorm}
          onChange={({ currentTarget: { checked } }) => change({ batchNorm: checked })}
        />
      </label>
      <Chips
        title="Activation"
        name="activation"
        value={activation}
        choices={[
          ['tanh', 'tanh'],
          ['relu', 'ReLU'],
          ['sigmoid', 'sigmoid'],
          ['elu', 'ELU'],
          ['leaky_relu', 'leaky ReLU'],
        ]}
        onChange={(value) => change({ activation: value })}
      />
    </>
  );
}

interface ChipsProps<T extends string | number> {
  title: ComponentChildren;
  name: string;
  value: unknown;
  choices: readonly (readonly [T, string])[];
  /** What is said of a value that is none of the choices. */
  other?: string | undefined;
  onChange: (value: T) => void;
}

/** One of a few values: radio buttons that look like a row of keys. */
function Chips<const T extends string | number>({
  title,
  name,
  value,
  choices,
  other,
  onChange,
}: ChipsProps<T>) {
  const known = choices.some(([choice]) => choice === value);
  return (
    <fieldset class="chips">
      <legend>{title}</legend>
      {choices.map(([choice, text]) => (
        <label key={text}>
          <input
            type="radio"
            name={`quick-${name}`}
            checked={choice === value}
            onChange={() => onChange(choice)}
          />
          <span>{text}</span>
        </label>
      ))}
      {!known && other !== undefined && <span class="help">now {other}</span>}
    </fieldset>
  );
}

/** Learning rates of the slider: 1, 2 and 5 of each power of ten. */
const RATES = [-4, -3, -2, -1, 0]
  .flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
  .concat(10);

/** The stop that is nearest to a rate, on the logarithmic scale. */
const nearestRate = (rate: number): number =>
  RATES.reduce((best, each, i) => (distance(each, rate) < distance(RATES[best], rate) ? i : best), 0);
const distance = (a: number, b: number): number => Math.abs(Math.log(a / Math.max(b, Number.MIN_VALUE)));

/** Both rates, before and after the drop: the second keeps its proportion. */
function Rate({ settings, change }: PartProps<RunSettings>) {
  const { lr, lrAfter } = settings;
  // While the slider is moved, the rate that it would be.
  const moved = useSignal<number | undefined>(undefined);
  useEffect(() => {
    moved.value = undefined;
  }, [lr, moved]);
  const shown = moved.value ?? lr;
  const after = (rate: number) => (lr > 0 ? Number(((rate * lrAfter) / lr).toPrecision(6)) : lrAfter);
  return (
    <div class="rate">
      <label for="quick-rate">Learning rate</label>
      <output for="quick-rate">
        {plain(shown)}, later {plain(moved.value === undefined ? lrAfter : after(shown))}
      </output>
      <input
        id="quick-rate"
        type="range"
        min={0}
        max={RATES.length - 1}
        value={nearestRate(shown)}
        aria-valuetext={plain(shown)}
        onInput={({ currentTarget }) => {
          moved.value = RATES[Number(currentTarget.value)];
        }}
        onChange={({ currentTarget }) => {
          const rate = RATES[Number(currentTarget.value)];
          change({ lr: rate, lrAfter: after(rate) });
        }}
      />
    </div>
  );
}
