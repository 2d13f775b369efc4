import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { SplitSurvey, UnitReport } from '../../engine/protocol.js';
import type { RunView, Session } from '../../session/session.js';

interface Chosen {
  /** Of a run that is shown. */
  run: number;
  /** Position of the activation among the network's layers. */
  layer: number;
  place: string;
  unit: number;
}

/** The unit that is looked at closely, and what was measured over the whole training split. */
export class Inspection {
  readonly #session: Session;
  readonly #chosen = signal<Chosen | undefined>(undefined);
  readonly report = signal<UnitReport | undefined>(undefined);
  readonly #survey = signal<{ run: number; survey: SplitSurvey } | undefined>(undefined);
  #measuring = false;

  /** None any more once its run is not shown. */
  readonly chosen: ReadonlySignal<Chosen | undefined> = computed(() =>
    this.runOf(this.#chosen.value?.run) === undefined ? undefined : this.#chosen.value,
  );
  readonly survey: ReadonlySignal<SplitSurvey | undefined> = computed(() => {
    const { main } = this.#session;
    return this.#survey.value?.run === main.value?.info.id ? this.#survey.value?.survey : undefined;
  });

  constructor(session: Session) {
    this.#session = session;
  }

  runOf(id: number | undefined): RunView | undefined {
    const { main, other } = this.#session;
    return [main.value, other.value].find((run) => run !== undefined && run.info.id === id);
  }

  /** The step that is shown of a run. */
  stepOf(id: number): number | undefined {
    const { past } = this.#session;
    return past.value?.run === id ? past.value.step : this.runOf(id)?.frame.value.step;
  }

  async choose(chosen: Chosen): Promise<void> {
    if (this.#session.busy.peek() !== undefined && !this.#measuring) return;
    batch(() => {
      this.#chosen.value = chosen;
      this.report.value = undefined;
    });
    await this.measure();
  }

  close(): void {
    this.#chosen.value = undefined;
  }

  /** Measures the chosen unit at the moment that is shown; a unit chosen meanwhile is measured after it. */
  async measure(): Promise<void> {
    if (this.#measuring) return;
    this.#measuring = true;
    try {
      for (;;) {
        const chosen = this.chosen.peek();
        if (chosen === undefined) return;
        const { run, layer, unit } = chosen;
        const report = await this.#session.atRest(`looking at unit ${unit}`, () =>
          this.#session.worker.unit(run, layer, unit, this.#pastOf(run)),
        );
        if (chosen !== this.chosen.peek()) continue;
        if (report === undefined) this.#chosen.value = undefined;
        else this.report.value = report;
        return;
      }
    } finally {
      this.#measuring = false;
    }
  }

  /** Looks at every unit of the main run. */
  async look(): Promise<void> {
    const survey = await this.#session.atRest('looking at every training example', async (run) => ({
      run,
      survey: await this.#session.worker.survey(run, this.#pastOf(run)),
    }));
    if (survey !== undefined) this.#survey.value = survey;
  }

  #pastOf(run: number): number | undefined {
    const past = this.#session.past.peek();
    return past?.run === run ? past.step : undefined;
  }
}
