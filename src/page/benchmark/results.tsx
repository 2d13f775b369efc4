import { Reading } from '../view/instrument.js';
import { Table } from '../view/table.js';
import type { Contender, Measurement, Row } from './protocol.js';
import { arithmetic, error, microseconds, names, presentOf, ratio, remarks, speedUp } from './words.js';

/** The table: a row for each kernel and each step, its times, how many times as fast, and how exact. */
export function Results({ measurement }: { measurement: Measurement }) {
  const { rows, ceiling } = measurement;
  const present = presentOf(measurement);
  const fast = present.filter((contender) => contender !== 'js');
  const wasm = fast.includes('wasm');
  const most = Math.max(1, ...rows.flatMap((row) => fast.map((each) => speedUp(row, each) ?? 0)));
  return (
    <>
      <Verdict measurement={measurement} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Results of the measurement">
        <Table
          class="bench-results"
          heads={[
            'median of a call',
            ...present.map((contender) => `${names[contender]}, µs`),
            ...fast.map((contender) =>
              contender === 'wasm' ? 'JavaScript ÷ WebAssembly' : 'JavaScript ÷ relaxed',
            ),
            ...(wasm ? [`WebAssembly, GFLOP/s${ceiling === undefined ? '' : ' (share of ceiling)'}`] : []),
            ...exactness(present).map(({ title }) => title),
          ]}
          rows={rows.map((row) => ({
            head: (
              <>
                {row.name} <span class="help">{row.size}</span>
              </>
            ),
            cells: [
              ...present.map((contender) => microseconds(row.timings[contender]?.seconds ?? Number.NaN)),
              ...fast.map((contender) => (
                <Ratio key={contender} value={speedUp(row, contender) ?? Number.NaN} most={most} />
              )),
              ...(wasm ? [arithmetic(row, 'wasm', ceiling) || '–'] : []),
              ...exactness(present).map(({ of }) => errorOf(row, of)),
            ],
          }))}
        />
      </section>
      <ul class="bench-remarks help">
        {remarks(measurement).map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
    </>
  );
}

/** JavaScript and WebAssembly compute the same bits and share a column; relaxed SIMD rounds otherwise. */
const exactness = (present: readonly Contender[]): { title: string; of: readonly Contender[] }[] => [
  { title: 'error', of: present.filter((contender) => contender !== 'relaxed') },
  ...(present.includes('relaxed') ? [{ title: 'error, relaxed', of: ['relaxed'] as const }] : []),
];

/** One number where they agree, as they should; all of them where they do not. */
function errorOf({ timings }: Row, of: readonly Contender[]): string {
  const errors = of.map((contender) => error(timings[contender]?.error ?? Number.NaN));
  return [...new Set(errors)].join(', ');
}

/** The number, and a bar from 0 with a mark at 1×, as fast as JavaScript. */
const Ratio = ({ value, most }: { value: number; most: number }) => (
  <div class="bench-ratio">
    <span>{ratio(value)}</span>
    <div class="track" aria-hidden="true">
      <div class="bar" style={{ width: `${(100 * value) / most}%` }} />
      <div class="one" style={{ left: `${100 / most}%` }} />
    </div>
  </div>
);

function Verdict({ measurement }: { measurement: Measurement }) {
  const { rows, absent } = measurement;
  if (absent.wasm !== undefined)
    return (
      <Reading severity="warning">
        WebAssembly with SIMD does not run here, so there is JavaScript only, with the same numbers but
        slower. <span class="help">({absent.wasm}.)</span>
      </Reading>
    );
  const steps = rows.filter(({ name }) => name.startsWith('training step'));
  const said = steps.map(
    (row) => `${(speedUp(row, 'wasm') ?? Number.NaN).toFixed(1)} times (${row.name.split(', ')[1]})`,
  );
  return (
    <p class="reading note">
      <b>Result.</b> By WebAssembly a whole training step is {said.join(' and ')} as fast as by the library’s
      JavaScript backend.
    </p>
  );
}
