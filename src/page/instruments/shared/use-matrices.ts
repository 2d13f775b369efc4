import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import type { MatricesReport, SpectrumReport } from '../../engine/protocol.js';
import type { Session } from '../../session/session.js';
import type { Which } from './shown.js';

/** Milliseconds from one answer to the next question, at least. */
const REST = 100;

/** Asks for what is newest, one question at a time: of the wishes that come meanwhile only the last one counts. */
class Latest {
  #wish: (() => Promise<void>) | undefined;
  #busy = false;

  constructor(readonly rest = REST) {}

  async ask(wish: () => Promise<void>): Promise<void> {
    this.#wish = wish;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#wish !== undefined) {
      const next: () => Promise<void> = this.#wish;
      this.#wish = undefined;
      // A run that was closed meanwhile has no answer, and nobody waits for it.
      await next().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, this.rest));
    }
    this.#busy = false;
  }

  /** What was wished and not begun is not asked any more. */
  stop(): void {
    this.#wish = undefined;
  }
}

/** A run of the session and the step it is looked at; undefined: the newest. */
function lookedAt(session: Session, which: Which): { id: number; step: number | undefined } | undefined {
  const run = (which === 'main' ? session.main : session.other).value;
  if (run === undefined) return undefined;
  const past = (which === 'main' ? session.past : session.otherPast).value;
  // Followed, so that each step is asked for.
  if (past === undefined) run.frame.value;
  return { id: run.info.id, step: past?.step };
}

interface Asked<T> {
  session: Session;
  which: Which;
  /** Asked while it is near the window. */
  place: RefObject<Element | null>;
  /** Has to be stable. */
  ask: (id: number, step: number | undefined) => Promise<T>;
  rest?: number;
}

/** What the worker answers of a run as it is looked at, again and again while it changes. */
function useAsked<T>({ session, which, place, ask, rest }: Asked<T>): ReadonlySignal<T | undefined> {
  const answer = useMemo(() => signal<T | undefined>(undefined), []);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const visible = signal(false);
    const observer = new IntersectionObserver(
      (entries) => {
        visible.value = entries.at(-1)?.isIntersecting ?? false;
      },
      { rootMargin: '200px' },
    );
    observer.observe(element);
    const latest = new Latest(rest);
    const stop = effect(() => {
      if (!visible.value) return;
      const looked = lookedAt(session, which);
      if (looked === undefined) return;
      const { id, step } = looked;
      void latest.ask(async () => {
        answer.value = await ask(id, step);
      });
    });
    return () => {
      observer.disconnect();
      stop();
      latest.stop();
    };
  }, [session, which, place, ask, rest, answer]);
  return answer;
}

type Place = Pick<Asked<unknown>, 'session' | 'which' | 'place'>;

/** Weight matrices, by name or all. */
export function useMatrices(asked: Place, name?: string): ReadonlySignal<MatricesReport | undefined> {
  const { worker } = asked.session;
  const ask = useCallback(
    (id: number, step: number | undefined) =>
      worker.matrices(id, name === undefined ? undefined : [name], step),
    [worker, name],
  );
  return useAsked({ ...asked, ask });
}

/** Milliseconds: singular values of a large matrix take the worker longer than many training steps. */
const SELDOM = 1000;

/** Singular values of a matrix and of its gradient. */
export function useSpectrum(asked: Place, name: string): ReadonlySignal<SpectrumReport | undefined> {
  const { worker } = asked.session;
  const ask = useCallback(
    (id: number, step: number | undefined) => worker.spectrum(id, name, step),
    [worker, name],
  );
  return useAsked({ ...asked, ask, rest: SELDOM });
}
