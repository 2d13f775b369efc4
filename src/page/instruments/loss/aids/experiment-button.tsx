import { type Signal, signal } from '@preact/signals';
import { printable } from 'lanewise';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';

/** An experiment that is made when one asks for it. */
interface Experiment<T> {
  result: Signal<T | undefined>;
  running: Signal<boolean>;
  failure: Signal<string | undefined>;
  start(work: () => Promise<T>): Promise<void>;
}

export function useExperiment<T>(): Experiment<T> {
  return useMemo(() => {
    const result = signal<T | undefined>(undefined);
    const running = signal(false);
    const failure = signal<string | undefined>(undefined);
    const start = async (work: () => Promise<T>) => {
      if (running.peek()) return;
      running.value = true;
      failure.value = undefined;
      try {
        result.value = await work();
      } catch (error) {
        failure.value = error instanceof Error ? error.message : String(error);
      } finally {
        running.value = false;
      }
    };
    return { result, running, failure, start };
  }, []);
}

interface ExperimentButtonProps<T> {
  experiment: Experiment<T>;
  work: () => Promise<T>;
  /** What the button says, and while it works. */
  children: ComponentChildren;
  working: string;
  disabled?: boolean;
}

export function ExperimentButton<T>({
  experiment,
  work,
  children,
  working,
  disabled = false,
}: ExperimentButtonProps<T>) {
  const { running, failure, start } = experiment;
  return (
    <>
      <button type="button" disabled={running.value || disabled} onClick={() => void start(work)}>
        {running.value ? working : children}
      </button>
      {failure.value !== undefined && (
        <p role="alert" class="reading problem">
          <b>It failed.</b> {printable(failure.value)}
        </p>
      )}
    </>
  );
}
