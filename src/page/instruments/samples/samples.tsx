import { useSignal } from '@preact/signals';
import type { Drawn, Moment, NamePath } from '../../engine/protocol.js';
import type { RunView, Session } from '../../session/session.js';
import { whole } from '../../view/figures.js';
import { type About, Instrument } from '../../view/instrument.js';
import { labelOf } from '../../view/label.js';
import type { InstrumentProps } from '../shared/chosen-layer.js';
import { NamePathTable } from './name-path-table.js';
import { countOrigins, milestonesOf, type ShownName, shownNames } from './sampled-name.js';
import './samples.css';

const about: About = {
  shows:
    'names that the network makes up, character by character, always with the same random numbers, so that what changes ' +
    'is the network. Marked are those of the list: trained on, or real but kept from training.',
  healthy:
    'from noise without end to words that one could pronounce, within some thousand steps. Most should stay new: a ' +
    'network that only repeats its list has learned it by heart.',
  attempt:
    'Run to 100, then to 10,000, and read the rows; press a name to see what each of its letters was drawn from; then draw ' +
    'more, and look for a real name it never saw.',
};

export function SamplesInstrument({ session }: InstrumentProps) {
  const [run, other] = [session.main.value, session.other.value];
  const [moment, otherFrame] = [session.moment.value, session.otherFrame.value];
  if (run === undefined || moment === undefined) return null;
  return (
    <Instrument id="samples" title="Names it makes up" {...{ about, session }} wide>
      <div class="sampled-runs">
        <Sampled session={session} run={run} moment={moment} label={other && labelOf(run)} />
        {other && otherFrame && (
          <Sampled session={session} run={other} moment={otherFrame} label={labelOf(other)} />
        )}
      </div>
    </Instrument>
  );
}

interface SampledProps {
  session: Session;
  run: RunView;
  moment: Moment;
  label: string | undefined;
}

/** Which name of which drawing is pressed. */
type Press = (drawn: { step: number; seed?: number }, index: number) => void;

/** How the names look, how they looked, and more of them, of one run. */
function Sampled({ session, run, moment, label }: SampledProps) {
  const { id, settings, vocabulary } = run.info;
  const path = useSignal<NamePath | undefined>(undefined);
  const press: Press = async (drawn, index) => {
    try {
      path.value = await session.worker.namePath(id, drawn, index);
    } catch {
      session.problem.value =
        'How this name was drawn is not known any more: the network has gone on. Pause, and press one of the names then.';
    }
  };
  return (
    <section class="sampled" aria-label={label ?? 'Sampled names'}>
      {label !== undefined && <h3>{label}</h3>}
      <div class="heading">
        <p class="when">Now, after {whole(moment.sampledAt)} steps</p>
        <Count origins={moment.origins} />
      </div>
      <Names
        drawn={moment}
        boundary={vocabulary[0]}
        onPress={(index) => press({ step: moment.sampledAt }, index)}
      />
      <div>
        {path.value && (
          <NamePathTable
            run={run}
            path={path.value}
            onClose={() => {
              path.value = undefined;
            }}
          />
        )}
      </div>
      <History run={run} step={moment.step} steps={milestonesOf(settings.steps, moment.step)} press={press} />
      <More key={id} session={session} run={run} moment={moment} press={press} />
    </section>
  );
}

function Count({ origins }: Pick<Drawn, 'origins'>) {
  if (origins.length === 0) return <p class="count" />;
  const { real, which } = countOrigins(origins);
  return (
    <p class="count">
      {real}
      <span>{which}</span>
    </p>
  );
}

interface HistoryProps {
  run: RunView;
  step: number;
  steps: number[];
  press: Press;
}

/** Names of a row of the history: as many as a line has room for. */
const ROW = 4;

function History({ run, step, steps, press }: HistoryProps) {
  const { milestones } = run.frame.value;
  return (
    <dl class="milestones" aria-label="The first names at earlier steps">
      {steps.map((at) => {
        const drawn = milestones.find((each) => each.step === at && at <= step);
        return (
          <div key={at}>
            <dt>{at === 0 ? 'step 0' : whole(at)}</dt>
            <dd>
              {drawn === undefined ? (
                <span class="empty">not yet</span>
              ) : (
                shownNames(drawn, run.info.vocabulary[0])
                  .slice(0, ROW)
                  .map((name, i) => <Name key={i} {...name} onPress={() => press({ step: at }, i)} />)
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

const marks = { trained: ['trained on', '●'], 'held-out': ['real, never shown', '◆'] } as const;

/** A press shows how it was drawn. */
function Name({ text, full, origin, onPress }: ShownName & { onPress: () => void }) {
  const mark = origin === 'new' ? undefined : marks[origin];
  return (
    <button
      type="button"
      class={`name ${origin}`}
      title={[full, mark?.[0], 'how was it drawn?'].filter(Boolean).join(' – ')}
      onClick={onPress}
    >
      {text}
      {mark && (
        <>
          <span class="mark" aria-hidden="true">
            {mark[1]}
          </span>
          <span class="visually-hidden"> ({mark[0]})</span>
        </>
      )}
    </button>
  );
}

interface NamesProps {
  drawn: Pick<Drawn, 'samples' | 'origins'>;
  boundary: string;
  onPress: (index: number) => void;
}

function Names({ drawn, boundary, onPress }: NamesProps) {
  if (drawn.samples.length === 0)
    return <p class="names empty">No names: what the network puts out is not a number any more.</p>;
  return (
    <ol class="names">
      {shownNames(drawn, boundary).map((name, i) => (
        <li key={i}>
          <Name {...name} onPress={() => onPress(i)} />
        </li>
      ))}
    </ol>
  );
}

/** Names from other random numbers, twelve at a time, of the moment that is looked at. */
function More({ session, run, moment, press }: Omit<SampledProps, 'label'> & { press: Press }) {
  const drawn = useSignal<Drawn | undefined>(undefined);
  const seed = useSignal(1);
  const draw = async () => {
    const step = session.past.peek() === moment ? moment.step : undefined;
    try {
      drawn.value = await session.worker.draw(run.info.id, step, seed.value);
      seed.value++;
    } catch (error) {
      session.problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  const { value } = drawn;
  return (
    <>
      <div class="more">
        <button type="button" disabled={session.busy.value !== undefined} onClick={() => void draw()}>
          Draw more
        </button>
        <span class="legend">
          <span class="trained">
            <span class="mark">●</span> trained on
          </span>{' '}
          <span class="held-out">
            <span class="mark">◆</span> real, never shown
          </span>
        </span>
      </div>
      {value && (
        <div aria-live="polite">
          <div class="heading">
            <p class="when">
              Drawn with seed {seed.value - 1}, after {whole(value.step)} steps
            </p>
            <Count origins={value.origins} />
          </div>
          <Names
            drawn={value}
            boundary={run.info.vocabulary[0]}
            onPress={(index) => press({ step: value.step, seed: seed.value - 1 }, index)}
          />
        </div>
      )}
    </>
  );
}
