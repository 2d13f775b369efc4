import { type ExperimentSet, experimentSets, type RunSettings } from 'lanewise/makemore';

/** What says which runs a command is about: the same on every machine. */
export interface Choice {
  /** Names of sets, in the order of the tables. */
  sets: readonly string[];
  /** Of all runs, where they are not to be each set’s own. */
  steps?: number | undefined;
  seed?: number | bigint | undefined;
}

/** A run by its place: of which set, and which of the set’s. */
export interface PlannedRun {
  s: number;
  i: number;
  set: string;
  label: string;
  settings: Readonly<RunSettings>;
}

export function plannedSets({ sets, steps, seed }: Choice): ExperimentSet[] {
  const given = { ...(steps !== undefined && { steps }), ...(seed !== undefined && { seed }) };
  return sets
    .flatMap((name) => experimentSets.filter((set) => set.name === name))
    .map((set) => ({
      ...set,
      experiments: set.experiments.map(({ label, settings }) => ({
        label,
        settings: { ...settings, ...given },
      })),
    }));
}

/** All runs, in the order of the sets. */
export const plannedRuns = (sets: readonly ExperimentSet[]): PlannedRun[] =>
  sets.flatMap(({ name, experiments }, s) =>
    experiments.map(({ label, settings }, i) => ({ s, i, set: name, label, settings })),
  );

/** `gain, gain 5/3` */
export const inWords = ({ set, label }: { set: string; label: string }): string => `${set}, ${label}`;
