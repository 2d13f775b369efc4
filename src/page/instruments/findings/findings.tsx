import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Moment } from '../../engine/protocol.js';
import type { Session } from '../../session/session.js';
import { pointAt } from '../../view/highlight.js';
import { type About, Instrument } from '../../view/instrument.js';
import { labelOf } from '../../view/label.js';
import { layerName, type PlacedLayer, withLayerNames } from '../../view/layer-names.js';
import { type Entry, placesIn, summaryOf } from './finding-list.js';
import { useFindings } from './use-findings.js';
import './findings.css';

const about: About = {
  shows:
    'what looks wrong at this moment, in words: where, how far from healthy, and what to try. Each finding leads to the instrument in which it is seen.',
  healthy:
    'an empty list. A note is worth a look; a warning costs you something; with a problem a part of the network does not learn.',
  attempt:
    'the six-layer network without batch norm and with a gain of 0.5, then of 3, before any step and after some hundred; or the first network with initialisation “original”.',
};

const titles: Record<string, string> = {
  loss: 'Loss',
  activations: 'Activations',
  gradients: 'Gradients',
  saturation: 'Saturation',
  weights: 'Weights',
  updates: 'Updates',
};

export function FindingsInstrument({ session }: { session: Session }) {
  const main = useFindings(session, session.moment);
  const other = useFindings(session, session.otherFrame);
  const [run, second] = [session.main.value, session.other.value];
  return (
    <Instrument id="findings" title="Findings" {...{ about, session }} wide>
      <div class="finding-lists">
        <List
          entries={main.value}
          label={second && run && labelOf(run)}
          playing={session.playing.value}
          layers={layersOf(session.moment.value)}
        />
        {second && (
          <List
            entries={other.value}
            label={labelOf(second)}
            playing={session.playing.value}
            layers={layersOf(session.otherFrame.value)}
          />
        )}
      </div>
      <p class="visually-hidden" aria-live="polite">
        {session.playing.value || main.value === undefined ? '' : summaryOf(main.value)}
      </p>
    </Instrument>
  );
}

interface ListProps {
  entries: readonly Entry[] | undefined;
  label: string | undefined;
  playing: boolean;
  /** Of the run, for their names. */
  layers: readonly PlacedLayer[];
}

const layersOf = (moment: Moment | undefined): readonly PlacedLayer[] => moment?.snapshot.layers ?? [];

function List({ entries, label, playing, layers }: ListProps) {
  const place = useRef<HTMLDivElement>(null);
  const tallest = useRef(0);
  // While the run plays the list does not become shorter: what is below it would move up and down.
  useLayoutEffect(() => {
    const { current } = place;
    if (current === null) return;
    tallest.current = playing ? Math.max(tallest.current, current.offsetHeight) : 0;
    current.style.minHeight = playing ? `${tallest.current}px` : '';
  }, [entries, playing]);
  if (entries === undefined) return null;
  return (
    <div class="findings" ref={place}>
      {label !== undefined && <h3>{label}</h3>}
      {entries.length === 0 ? (
        <p class="reading healthy">
          <b>Nothing looks wrong.</b>
        </p>
      ) : (
        <ul>
          {entries.map((entry) => (
            <li key={entry.key} class={`reading ${entry.severity}`}>
              <b>{words[entry.severity]}</b>{' '}
              <span class="place">{capital(withLayerNames(layerName(entry.place, layers), layers))}</span>
              {entry.also.length > 0 && <span class="also"> (also {placesIn(entry.also, layers)})</span>}:{' '}
              {withLayerNames(entry.text, layers)}{' '}
              <button type="button" class="link" onClick={() => pointAt(entry.seenIn)}>
                See {titles[entry.seenIn]}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const words = { note: 'Note.', warning: 'Warning.', problem: 'Problem.' };
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
