import { useSignal } from '@preact/signals';
import { type About, Instrument } from '../../view/instrument.js';
import { useLazy } from '../../view/use-lazy.js';
import { type InstrumentProps, useSelection } from '../shared/chosen-layer.js';
import { shownOf } from '../shared/shown.js';
import type { AxisChoice } from './plane.js';
import './embeddings.css';

const about: About = {
  shows:
    'the vector of each character, seen from where they spread most: the plane of the two largest principal components. ' +
    'The network makes these vectors itself; nothing tells it what a vowel is. The scale only grows.',
  healthy:
    'at first a cloud without order. With training characters move together that are followed by the same ones, vowels ' +
    'above all; slowly, since ten dimensions leave room. Rare letters hardly move.',
  attempt:
    'the first network to 100,000 steps: vowels are nearer to each other than nineteen of twenty random picks. With ' +
    'two dimensions for a character (“embedding” 2, as in the lecture before) the plane holds all there is.',
};

export function EmbeddingsInstrument({ session, selection: given }: InstrumentProps) {
  const selection = useSelection(given);
  const across = useSignal<AxisChoice>('first');
  const up = useSignal<AxisChoice>('second');
  const EmbeddingPlot = useLazy(loadPlot);
  const runs = shownOf(session);
  if (runs.length === 0) return null;
  const dimensions = Math.min(...runs.map(({ run }) => run.info.settings.embedding));
  const choice = [within(across.value, dimensions), within(up.value, dimensions)] as const;
  return (
    <Instrument id="embeddings" title="Embeddings" {...{ about, session }} wide>
      <div class="axis-choice">
        <AxisSelect
          name="across"
          value={choice[0]}
          dimensions={dimensions}
          onChoose={(value) => {
            across.value = value;
          }}
        />
        <AxisSelect
          name="up"
          value={choice[1]}
          dimensions={dimensions}
          onChoose={(value) => {
            up.value = value;
          }}
        />
        <span class="legend">
          <span class="vowel">vowels</span> <span class="consonant">consonants</span>
        </span>
      </div>
      <div class="embedding-runs">
        {EmbeddingPlot === undefined && <p class="empty embedding-run">Loading…</p>}
        {EmbeddingPlot &&
          runs.map(({ which, run, label }) => (
            <EmbeddingPlot key={run.info.id} {...{ session, selection, which, run, label, choice }} />
          ))}
      </div>
    </Instrument>
  );
}

const loadPlot = async () => (await import('./plot.js')).EmbeddingPlot;

const within = (choice: AxisChoice, dimensions: number): AxisChoice =>
  typeof choice === 'number' && choice >= dimensions ? 0 : choice;

interface AxisSelectProps {
  name: string;
  value: AxisChoice;
  dimensions: number;
  onChoose: (choice: AxisChoice) => void;
}

const AxisSelect = ({ name, value, dimensions, onChoose }: AxisSelectProps) => (
  <label>
    {name}{' '}
    <select
      value={String(value)}
      onChange={({ currentTarget }) => {
        const { value } = currentTarget;
        onChoose(value === 'first' || value === 'second' ? value : Number(value));
      }}
    >
      <option value="first">component 1</option>
      <option value="second">component 2</option>
      {Array.from({ length: dimensions }, (_, i) => (
        <option key={i} value={String(i)}>
          dimension {i}
        </option>
      ))}
    </select>
  </label>
);
