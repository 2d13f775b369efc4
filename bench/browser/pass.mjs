// One pass over the kernels and steps, in Node or in a page: only what both can import.
import * as idiomatic from '../contenders/idiomatic-js.mjs';
import * as lanewise from '../contenders/lanewise.mjs';
import * as lanewiseJs from '../contenders/lanewise-js.mjs';
import { kernelTable } from '../kernels/table.mjs';
import { paces } from '../measure.mjs';
import { stepTable } from '../steps/table.mjs';

export const contenders = { lanewise, 'lanewise-js': lanewiseJs, 'idiomatic-js': idiomatic };

/** { kernels, steps }; `ceiling`: the bytes of ceiling.ts. */
export async function pass({ ceiling, quick, only }) {
  const { kernels, steps } = quick ? paces.quick : paces.full;
  const onAbsent = (file, why) => {
    throw new Error(`${file}: ${why}`);
  };
  const given = { contenders, ceiling, quick, onAbsent };
  const result = {};
  // The small sizes, fully timed: the large ones take JavaScript seconds a call.
  if (only !== 'steps')
    result.kernels = await kernelTable({ ...given, quick: true, pace: quick ? kernels : coarse(kernels) });
  if (only !== 'kernels') result.steps = await stepTable({ ...given, pace: quick ? steps : coarse(steps) });
  return result;
}

/** A page's clock may tick in hundredths of a millisecond or worse: samples are long enough for it, in Node too. */
const coarse = (pace) => ({ ...pace, sample: 5, turn: Math.max(pace.turn, 5) });
