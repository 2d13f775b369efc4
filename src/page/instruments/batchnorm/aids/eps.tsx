import { useState } from 'preact/hooks';
import { fixed, small } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import { Table } from '../../../view/table.js';
import { averages, columnOf, EPS } from './eps-numbers.js';

/** The slider's left end: a flat column. */
const FLAT = -7;

const output = (value: number) => (Number.isFinite(value) ? fixed(value, 3) : 'NaN');

/** A column whose variance goes to 0, divided with and without eps; and what is averaged, deviations or variances. */
export function EpsAid() {
  const [power, setPower] = useState(-1);
  const [spread, setSpread] = useState(0.6);
  const column = columnOf(power <= FLAT ? 0 : 10 ** power);
  const stds = [1 - spread, 1, 1, 1 + spread];
  const { meanStd, rootMeanVariance } = averages(stds);
  const flat = column.std === 0;
  return (
    <div class="aid">
      <p>
        For a unit that hardly varies over the batch. Take its standard deviation down: without eps the
        outputs keep their size, whatever rounding and noise they then consist of, and at 0 they are 0/0.
      </p>
      <Slider
        label="std of the column"
        value={power}
        min={FLAT}
        max={1}
        step={0.1}
        text={flat ? '0' : small(column.std)}
        onValue={setPower}
      />
      <Table
        caption="Five values of one unit, normalised with and without eps"
        captionHidden
        heads={['', 'without: std', 'with: √(var + 10⁻⁵)']}
        rows={[
          { head: 'Divided by', cells: [flat ? '0' : small(column.std), small(column.stdWithEps)] },
          ...column.x.map((x, i) => ({
            head: `Output for ${fixed(x, 5)}`,
            cells: [output(column.without[i]), output(column.with[i])],
          })),
          {
            head: 'A gradient is multiplied by about',
            cells: [flat ? '∞' : small(column.gradientWithout), small(column.gradientWith)],
          },
        ]}
      />
      <p>
        The lecture’s first network divides by the plain deviation, so that a unit with the same value in the
        whole batch ends the run; its class BatchNorm1d, as torch’s, adds eps = 10⁻⁵ under the root: the
        outputs fade to 0, and no gradient is multiplied by more than 1/√eps ={' '}
        {Math.round(1 / Math.sqrt(EPS))}.
      </p>
      <p>
        Another difference between the two: the first keeps a running <b>std</b>, the second a running{' '}
        <b>variance</b>. Averages of the two are not the same. Four batches of one unit:
      </p>
      <Slider
        label="Spread of their std"
        value={spread}
        min={0}
        max={1}
        step={0.05}
        text={fixed(spread, 2)}
        onValue={setSpread}
      />
      <p class="measured">
        std {stds.map((std) => fixed(std, 2)).join(', ')}: mean of std <b>{fixed(meanStd, 4)}</b>, √ of the
        mean variance <b>{fixed(rootMeanVariance, 4)}</b>.
      </p>
    </div>
  );
}
