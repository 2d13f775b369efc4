import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { instruments } from '../instruments/index.js';
import type { Session } from '../session.js';
import { readAddress, writeAddress } from '../settings/address.js';
import { Controls } from './controls.js';
import { Data } from './data.js';
import { Later } from './later.js';
import { Transport } from './transport.js';

const benchPanel = async () => (await import('../bench/panel.js')).BenchPanel;

export function App({ session }: { session: Session }) {
  useAddress(session);
  useKeys(session);
  return (
    <>
      <header class="top">
        <h1>lanewise</h1>
        <p>Watch a network train, from the inside: makemore, part 3, with PyTorch’s seeds and numbers.</p>
      </header>
      <Problem session={session} />
      <Transport session={session} />
      <div class="bench">
        <aside class="side">
          <Settings session={session} />
        </aside>
        <main class="instruments">
          {instruments.map(({ id, Component }) => (
            <Component key={id} session={session} />
          ))}
          <Later load={benchPanel} session={session} />
        </main>
      </div>
    </>
  );
}

/** Open where there is room beside the instruments, closed above them on a small screen. */
function Settings({ session }: { session: Session }) {
  const [wide] = useState(() => matchMedia('(min-width: 62rem)').matches);
  return (
    <details class="settings" open={wide}>
      <summary>
        <h2>Settings</h2>
      </summary>
      <Controls session={session} />
      <Data session={session} />
      <Facts session={session} />
    </details>
  );
}

function Facts({ session }: { session: Session }) {
  const run = session.main.value;
  if (run === undefined) return null;
  const { backend, reason, parameters, examples } = run.info;
  return (
    <dl class="facts">
      <div>
        <dt>Parameters</dt>
        <dd>{parameters.toLocaleString('en')}</dd>
      </div>
      <div>
        <dt>Examples</dt>
        <dd>
          {examples.train.toLocaleString('en')} train, {examples.val.toLocaleString('en')} val,{' '}
          {examples.test.toLocaleString('en')} test
        </dd>
      </div>
      <div>
        <dt>Computed by</dt>
        <dd data-testid="backend">
          {backend === 'wasm' ? 'WebAssembly SIMD' : 'JavaScript'} <span class="help">({reason})</span>
        </dd>
      </div>
    </dl>
  );
}

function Problem({ session }: { session: Session }) {
  const message = session.problem.value ?? session.frame.value?.message;
  return (
    <div role="alert" class="problems">
      {message !== undefined && <p>{message}</p>}
    </div>
  );
}

/** The address says what is shown, and what is shown follows the address. */
function useAddress(session: Session) {
  useEffect(() => {
    let written: string | undefined;
    const read = async () => {
      if (location.hash === written) return;
      const { runs, problems } = readAddress(location.hash);
      await session.show(runs);
      // Values that only the network itself refuses: as they are no run, the first network is.
      const refused = session.problem.peek();
      if (session.main.peek() === undefined) await session.show(readAddress('').runs);
      const said = [...problems, ...(refused === undefined ? [] : [refused])];
      if (said.length > 0) session.problem.value = said.join('; ');
    };
    const stop = effect(() => {
      const shown = [session.main.value, session.other.value].filter((run) => run !== undefined);
      if (shown.length === 0) return;
      written = writeAddress(shown.map(({ linked }) => linked));
      history.replaceState(null, '', written);
    });
    addEventListener('hashchange', read);
    void read();
    return () => {
      stop();
      removeEventListener('hashchange', read);
    };
  }, [session]);
}

/** Space plays and pauses, the right arrow makes a step, R starts over: wherever no control has the keys for itself. */
function useKeys(session: Session) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey } = event;
      if (ctrlKey || metaKey || altKey) return;
      if (target instanceof Element && target.closest('input, select, textarea, button, summary, a')) return;
      if (session.busy.peek() !== undefined) return;
      const act = {
        ' ': () => (session.playing.peek() ? session.pause() : session.play()),
        ArrowRight: () => session.step(),
        r: () => session.startOver(),
        R: () => session.startOver(),
      }[key];
      if (act === undefined) return;
      event.preventDefault();
      void act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [session]);
}
