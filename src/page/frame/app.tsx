import { printable } from 'lanewise';
import { useEffect } from 'preact/hooks';
import { instruments } from '../instruments/index.js';
import { NetworkPicture } from '../network/index.js';
import { Selection } from '../selection.js';
import type { Session } from '../session.js';
import { whole } from '../view/figures.js';
import { followAddress } from './follow-address.js';
import { LazyPart } from './lazy-part.js';
import { Lost } from './lost-run.js';
import { Data } from './open-file.js';
import { Panel } from './panel.js';
import { Runs } from './run-list.js';
import { Save } from './save.js';
import { Controls } from './settings-form.js';
import { Transport } from './transport.js';
import { WhatIf } from './what-if.js';

const selection = new Selection();
const benchPanel = async () => (await import('../benchmark/panel.js')).BenchPanel;

export function App({ session }: { session: Session }) {
  useEffect(() => followAddress(session), [session]);
  useKeys(session);
  // What is not there yet would push the rest about when it comes.
  const waiting = [session.main, session.broken, session.problem].every(({ value }) => value === undefined);
  return (
    <>
      <header class="top">
        <h1>lanewise</h1>
        <p>
          A small network learns to make up names: watch it from the inside.{' '}
          <span class="source">After Karpathy’s makemore, part 3, with PyTorch’s seeds and numbers.</span>
        </p>
      </header>
      <Problem session={session} />
      <Lost session={session} />
      <Transport session={session} />
      <div class="provisional-picture" style={{ height: '430px', margin: '1rem 0' }}>
        <NetworkPicture session={session} selection={selection} />
      </div>
      <div class={waiting ? 'bench waiting' : 'bench'}>
        <aside class="side">
          <Panel class="settings" title="Settings">
            <Controls session={session} />
            <Data session={session} />
            <Facts session={session} />
          </Panel>
          <WhatIf session={session} />
          <Save session={session} />
        </aside>
        <main class="instruments">
          <Runs session={session} />
          {instruments.map(({ id, Component }) => (
            <Component key={id} session={session} />
          ))}
          <LazyPart load={benchPanel} session={session} />
        </main>
      </div>
    </>
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
        <dd>{whole(parameters)}</dd>
      </div>
      <div>
        <dt>Examples</dt>
        <dd>
          {whole(examples.train)} train, {whole(examples.val)} val, {whole(examples.test)} test
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
  const { broken, problem, shown } = session;
  const diverged = shown.value.flatMap((run) => {
    const { message } = run.frame.value;
    if (message === undefined) return [];
    return [shown.value.length === 1 ? message : `Run ${run.info.id}: ${message}`];
  });
  return (
    <div role="alert" class="problems">
      {broken.value !== undefined && (
        <p>
          {printable(broken.value)} The settings are in the address of the page, the runs are lost.{' '}
          <button type="button" onClick={() => location.reload()}>
            Load the page again
          </button>
        </p>
      )}
      {problem.value !== undefined && <p>{printable(problem.value)}</p>}
      {diverged.map((message) => (
        <p key={message}>{printable(message)}</p>
      ))}
    </div>
  );
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
