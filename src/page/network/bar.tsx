import { useComputed } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Flow } from '../engine/network-protocol.js';
import { whole } from '../view/figures.js';
import { Legend } from './legend.js';
import type { NetworkState, Side } from './network-state.js';

const flows: readonly Flow[] = ['forward', 'gradient', 'update'];
const sides: readonly { side: Side; name: string }[] = [
  { side: 'main', name: 'this run' },
  { side: 'other', name: 'the other' },
  { side: 'difference', name: 'difference' },
];

/** What flows, of which example, and how slowly. */
export function Bar({ state }: { state: NetworkState }) {
  const id = useId();
  const { session, flow, side, typed } = state;
  const slow = state.stageIndex.value !== undefined;
  const unknown = useComputed(() => {
    const { value } = state.context;
    return value !== undefined && !Array.isArray(value) ? value.unknown : undefined;
  });
  const { value: view } = state.shown;
  const compared = session.other.value !== undefined;
  return (
    <div class="network-bar">
      {!slow && (
        <fieldset class="network-switch">
          <legend class="network-hidden">What flows</legend>
          {flows.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name={`${id}-flow`}
                checked={flow.value === each}
                onChange={() => {
                  flow.value = each;
                }}
              />
              <span>{each}</span>
            </label>
          ))}
        </fieldset>
      )}
      {compared && (
        <fieldset class="network-switch">
          <legend class="network-hidden">Of which run</legend>
          {sides.map((each) => (
            <label key={each.side}>
              <input
                type="radio"
                name={`${id}-side`}
                checked={side.value === each.side}
                onChange={() => {
                  side.value = each.side;
                }}
              />
              <span>{each.name}</span>
            </label>
          ))}
        </fieldset>
      )}
      <div class="network-example">
        <button
          type="button"
          class="small"
          aria-label="The example before"
          disabled={typed.value !== '' || state.example.value === 0}
          onClick={() => state.choose(state.example.value - 1)}
        >
          ‹
        </button>
        <span>
          example <b>{(view?.example ?? 0) + 1}</b> of {whole(view?.examples)}
        </span>
        <button
          type="button"
          class="small"
          aria-label="The next example"
          disabled={typed.value !== '' || view === undefined || state.example.value >= view.examples - 1}
          onClick={() => state.choose(state.example.value + 1)}
        >
          ›
        </button>
      </div>
      {!slow && (
        <label class="network-own">
          <span>or your own</span>
          <input
            type="text"
            value={typed}
            placeholder="emm"
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            aria-invalid={unknown.value !== undefined}
            aria-describedby={unknown.value === undefined ? undefined : `${id}-unknown`}
            onInput={({ currentTarget }) => {
              typed.value = currentTarget.value;
            }}
          />
          {unknown.value !== undefined && (
            <span id={`${id}-unknown`} class="error">
              no {unknown.value} in these names
            </span>
          )}
        </label>
      )}
      {compared ? <span class="network-legend" /> : <Legend />}
      <button
        type="button"
        class="small network-slow"
        aria-pressed={slow}
        disabled={session.main.value === undefined}
        onClick={() => void state.slowMotion(!slow)}
      >
        {slow ? 'End slow motion' : 'Slow motion'}
      </button>
    </div>
  );
}
