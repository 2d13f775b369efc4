import { type Comparable, checkExercise, compare } from './compare.js';
import { type Shown, type Slider, shown } from './shown.js';
import { type SliderOptions, sliderOf } from './slider.js';

/** Names that every cell has without importing them. */
export const STANDARD = [
  'display',
  'expect',
  'check',
  'slider',
  'progress',
  'given',
  'invalidation',
] as const;

/** What a running cell has. */
export interface Standard {
  /** Shows a value below the cell; returns it. */
  display<T>(value: T): T;
  /**
   * Shows a value, or a list of them, beside what is recorded: with a label for all, or one for each; see `compare`. Returns
   * whether all agree.
   */
  expect(
    label: string | readonly string[],
    ours: Comparable,
    recorded?: Comparable,
    within?: number,
  ): boolean;
  /** Shows whether an exercise is solved, what differs, and hints; see `checkExercise`. Returns whether it is. */
  check(name: string, differs: () => string | undefined, hints?: readonly string[]): boolean;
  /**
   * Shows a slider, and returns where it stands: at `value` until the reader moves it. The cell runs anew then; where it does
   * nothing with `const k = slider('label', …)` but define it for other cells, only those run.
   */
  slider(label: string, options: SliderOptions): number;
  /**
   * Says how far a loop is. To be awaited: it gives time back every 50 milliseconds, and rejects once the cell is stopped
   * or runs anew.
   */
  progress(done: number, of: number): Promise<void> | undefined;
}

/** Milliseconds that a loop works before it gives time back. */
const SLICE = 50;

/** What of the cell's state the functions need. */
export interface Output {
  show(shown: Shown): void;
  progress(done: number, of: number): void;
  /** Where the reader has put a slider of the cell; undefined if it was not moved. */
  inputOf(name: string): number | undefined;
  readonly stopped: boolean;
}

export function standardOf(output: Output): Standard {
  let until = performance.now() + SLICE;
  const sliders = new Set<string>();
  return {
    display(value) {
      output.show(shown(value));
      return value;
    },
    expect(label, ours, recorded, within) {
      const rows = compare(label, ours, recorded, within);
      output.show({ kind: 'compared', rows });
      return rows.every(({ agrees }) => agrees !== false);
    },
    check(name, differs, hints) {
      const checked = checkExercise(name, differs, hints);
      output.show(checked);
      return checked.passed;
    },
    slider(label, options) {
      const slider: Slider = sliderOf(label, options, output.inputOf(label));
      if (sliders.has(label))
        throw new RangeError(
          `slider: expected a label of its own for each of the cell, got '${label}' again`,
        );
      sliders.add(label);
      output.show(slider);
      return slider.value;
    },
    progress(done, of) {
      if (output.stopped) return Promise.reject(new Stopped());
      if (performance.now() < until) return undefined;
      output.progress(done, of);
      return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
        until = performance.now() + SLICE;
        if (output.stopped) throw new Stopped();
      });
    },
  };
}

/** Why a loop ended that awaits `progress`. */
export class Stopped extends Error {
  // As a field it could not be where Error.prototype is frozen.
  override get name(): 'Stopped' {
    return 'Stopped';
  }
  constructor() {
    super('stopped');
  }
}
