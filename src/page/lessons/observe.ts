/** What was seen of the runs of a lesson, as its words speak of it. */
import type {
  BiasReport,
  Engine,
  Evaluation,
  FoldReport,
  Frame,
  Moment,
  RunInfo,
  SplitSurvey,
} from '../engine/protocol.js';
import type { Experiment } from './lesson.js';

export interface ObservedRun {
  info: RunInfo;
  /** At the end. */
  frame: Frame;
  /** By the step, those that the experiment asks for. */
  moments: ReadonlyMap<number, Moment>;
  /** These where the experiment asks for them. */
  splits?: Evaluation;
  survey?: SplitSurvey;
  fold?: FoldReport;
  biases?: BiasReport;
}

/** The runs in the experiment's order. */
export type Observed = readonly ObservedRun[];

/** Of an `Engine`, or of the worker that has one. */
type ObservedEngine = Pick<Engine, 'frame' | 'moment' | 'evaluate' | 'survey' | 'fold' | 'biases'>;

/** Measures what an experiment asks for; its runs have to be at rest. */
export async function observe(
  engine: ObservedEngine,
  runs: readonly RunInfo[],
  { moments = [], measures = [] }: Pick<Experiment, 'moments' | 'measures'>,
): Promise<Observed> {
  const seen: ObservedRun[] = [];
  for (const info of runs) {
    const { id } = info;
    // First: what is measured later uses the layers for itself.
    const frame = await engine.frame(id);
    const kept = new Map<number, Moment>();
    for (const step of moments) kept.set(step, await engine.moment(id, step));
    seen.push({
      info,
      frame,
      moments: kept,
      ...(measures.includes('splits') && { splits: await splitsOf(engine, frame) }),
      ...(measures.includes('survey') && { survey: await engine.survey(id) }),
      ...(measures.includes('fold') && { fold: await engine.fold(id) }),
      ...(measures.includes('biases') && { biases: await engine.biases(id) }),
    });
  }
  return seen;
}

const splitsOf = async (engine: ObservedEngine, { run, step, evaluation }: Frame): Promise<Evaluation> =>
  evaluation?.step === step ? evaluation : engine.evaluate(run);
