/** A label of the slider of time: where it stands, as a share of the slider, and the step. */
interface Tick {
  at: number;
  step: number;
}

/** Of the slider, at least from one label to the next; and to the last, which ends where it stands. */
const GAP = 0.12;
const LAST = 0.17;

/**
 * Labels of a slider whose stops are steps at even distances: the ends, and between them round steps (0, 1, 10, 100 …) at
 * the place between two stops where they would be.
 */
export function timeTicks(steps: readonly number[]): Tick[] {
  const last = steps.length - 1;
  if (last < 1) return steps.map((step) => ({ at: 0, step }));
  const placed = (step: number): Tick => {
    const next = steps.findIndex((each) => each >= step);
    const before = Math.max(0, next - 1);
    const share = next === 0 ? 0 : (step - steps[before]) / (steps[next] - steps[before]);
    return { at: (before + share) / last, step };
  };
  const ends = [placed(steps[0]), placed(steps[last])];
  const ticks = [ends[0]];
  for (let power = 1; power < steps[last]; power *= 10)
    for (const step of [power, 2 * power, 5 * power]) {
      if (step <= steps[0] || step >= steps[last]) continue;
      const tick = placed(step);
      if (tick.at - ticks[ticks.length - 1].at >= GAP && ends[1].at - tick.at >= LAST) ticks.push(tick);
    }
  return [...ticks, ends[1]];
}
