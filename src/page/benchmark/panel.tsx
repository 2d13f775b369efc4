import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Session } from '../session/session.js';
import { save } from '../view/download.js';
import { type About, Instrument } from '../view/instrument.js';
import { describeBrowser } from './browser.js';
import { measureHere } from './measure-here.js';
import type { Measurement, Progress } from './protocol.js';
import { Results } from './results.js';
import { type Circumstances, circumstancesInWords, markdown } from './words.js';
import './panel.css';

/** lanewise’s, written in by the build. */
declare const __VERSION__: string;

const about: About = {
  shows:
    'how long your own browser takes for the library’s kernels, at the sizes of the two networks, and for whole ' +
    'training steps: by WebAssembly with SIMD, by the library’s JavaScript backend, which computes the same bits, and, ' +
    'where the browser has it, by relaxed SIMD. All take turns of a few milliseconds; what counts is the median.',
  healthy:
    'WebAssembly is many times as fast, and the error, the same for both, is some 10⁻⁷, what float32 can hold.',
  attempt:
    'the same on a telephone, or in another browser on this machine; “Copy as text” takes each table along.',
};

interface Done {
  measurement: Measurement;
  circumstances: Circumstances;
  /** Whether the page was out of sight for a while. */
  hidden: boolean;
}

type State =
  | { kind: 'idle' }
  | { kind: 'measuring'; progress: Progress | undefined; stop: AbortController }
  | { kind: 'failed'; message: string }
  | { kind: 'done'; done: Done };

/** The benchmark of the reader’s own browser, which runs when it is asked for. */
export function BenchPanel({ session }: { session: Session }) {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const [last, setLast] = useState<Done>();
  const measuring = state.kind === 'measuring';
  const stop = measuring ? state.stop : undefined;
  useEffect(() => () => stop?.abort(), [stop]);

  const measure = async () => {
    const stop = new AbortController();
    setState({ kind: 'measuring', progress: undefined, stop });
    const work = async () => {
      try {
        const done = await measured(stop.signal, (progress) => {
          if (!stop.signal.aborted) setState({ kind: 'measuring', progress, stop });
        });
        setLast(done);
        setState({ kind: 'done', done });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        setState(stop.signal.aborted ? { kind: 'idle' } : { kind: 'failed', message });
      }
    };
    await session.atRest('measuring', work);
  };

  const busy = session.busy.value !== undefined || session.main.value === undefined;
  return (
    <Instrument id="benchmark" title="This browser, measured" {...{ about, session }} wide>
      <p>
        WebAssembly against JavaScript, on this machine, now. It takes ten seconds to a minute, and training
        rests meanwhile. Other tabs and programs disturb it: close what is busy, and keep this tab in front.
      </p>
      <div class="bench-actions">
        {measuring ? (
          <button type="button" onClick={() => state.stop.abort()}>
            Cancel
          </button>
        ) : (
          <button type="button" class="primary" disabled={busy} onClick={() => void measure()}>
            {last === undefined ? 'Measure this browser' : 'Measure again'}
          </button>
        )}
        {measuring && <Bar progress={state.progress} />}
        {last !== undefined && !measuring && <Takeaway {...last} />}
      </div>
      <div role="status" class="visually-hidden">
        {measuring ? 'Measuring this browser.' : state.kind === 'done' ? 'Measured. The table follows.' : ''}
      </div>
      {state.kind === 'failed' && (
        <p role="alert" class="reading problem">
          <b>Problem.</b> The measurement failed: {state.message}
        </p>
      )}
      {last !== undefined && !measuring && (
        <>
          <p class="help">{circumstancesInWords(last.circumstances)}</p>
          {last.hidden && (
            <p class="reading warning">
              <b>Warning.</b> This tab was out of sight for a while, and browsers slow such tabs down. Measure
              again with the tab in front.
            </p>
          )}
          <Results measurement={last.measurement} />
        </>
      )}
    </Instrument>
  );
}

async function measured(signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Done> {
  let hidden = document.hidden;
  const look = () => {
    hidden ||= document.hidden;
  };
  document.addEventListener('visibilitychange', look);
  try {
    const measurement = await measureHere(signal, onProgress);
    const date = new Date().toISOString().slice(0, 10);
    const circumstances = { version: __VERSION__, date, ...describeBrowser(navigator) };
    return { measurement, circumstances, hidden };
  } finally {
    document.removeEventListener('visibilitychange', look);
  }
}

function Bar({ progress }: { progress: Progress | undefined }) {
  const { done = 0, total = 0, what = 'loading' } = progress ?? {};
  return (
    <span class="bench-progress">
      {total > 0 ? (
        <progress aria-label="Progress of the measurement" value={done} max={total} />
      ) : (
        <progress aria-label="Progress of the measurement" />
      )}
      {what}
    </span>
  );
}

/** The table for elsewhere: as text, or as a file that a program reads. */
function Takeaway({ measurement, circumstances }: Done) {
  const text = useMemo(() => markdown(measurement, circumstances), [measurement, circumstances]);
  const [copied, setCopied] = useState<boolean>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Without https, or without leave, there is no clipboard to write to.
      setCopied(false);
    }
  };
  const json = () => {
    const content = `${JSON.stringify({ ...circumstances, ...measurement }, null, 2)}\n`;
    save(new Blob([content], { type: 'application/json' }), `lanewise-benchmark-${circumstances.date}.json`);
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        Copy as text
      </button>
      <button type="button" onClick={json}>
        Save as JSON
      </button>
      <span role="status" class="help">
        {copied === true && 'Copied, as a Markdown table.'}
        {copied === false && 'The browser does not let this page copy; here is the text:'}
      </span>
      {copied === false && (
        <textarea class="bench-text" readOnly rows={16} aria-label="The table as text" value={text} />
      )}
    </>
  );
}
