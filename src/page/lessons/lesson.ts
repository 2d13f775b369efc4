/** What a lesson is made of: one file in `lecture/` each, of data and words. */
import type { RunSettings } from 'lanewise/makemore';
import type { Observed } from './observe.js';

/**
 * A sentence about what a run did, with its numbers, and when it is true. It is only said of a run that it is true of; the
 * tests see to it that it is true of the lesson's own.
 */
export interface Claim {
  says(seen: Observed): string;
  holds(seen: Observed): boolean;
}

/** What words that are there before a run rely on: a piece of these words, and when it is true of the run. */
export interface Fact {
  states: string;
  holds(seen: Observed): boolean;
}

/** An answer to a lesson's question. */
export interface Choice {
  answer: string;
  /** Of one of the answers. */
  holds(seen: Observed): boolean;
  /** What is said of it when the run has been seen: why it is right, or what is wrong in it. */
  word: string | Claim;
}

/** What is measured at the end of a run, beyond what its instruments show. */
export type Measurement = 'splits' | 'survey' | 'fold' | 'biases';

/** Runs, how far they go, and what is then seen. */
export interface Experiment {
  /** One, or two side by side. */
  runs: readonly [RunSettings, RunSettings?];
  /** The step that they play to. */
  until: number;
  /** Steps of earlier moments that the words speak of; such that a run keeps them, as 0, 1, 2, 10, 100. */
  moments?: readonly number[];
  measures?: readonly Measurement[];
  /** Where to look: see `highlight`. */
  look: string;
  /** What is looked at, in a word or two. */
  looked: string;
  /** Of the moments, the one that is then shown; without it the last one. */
  at?: number;
  /** The layer that the instruments then speak of: its place, as in a snapshot. */
  layer?: string;
  seen: readonly Claim[];
  /** Where the numbers in its title, text, question and words come from, but for the step that it plays to. */
  facts?: readonly Fact[];
}

/** A second run of a lesson, with something changed. */
export interface Change extends Experiment {
  /** What is changed, as one would ask for it. */
  title: string;
}

export interface Lesson extends Experiment {
  /** In links: `#lesson=<id>`. */
  id: string;
  title: string;
  /** Second of the lecture's video; lessons come in its order. */
  time: number;
  /** Among lessons of one time; default 0. */
  order?: number;
  /** What the lecture shows, something it does not, or one of its exercises. */
  kind: 'lecture' | 'what if' | 'exercise';
  /** What is about to be seen: short paragraphs. */
  text: readonly string[];
  question: string;
  choices: readonly Choice[];
  changes: readonly [Change, Change];
}
