import { useEffect, useMemo, useState } from 'preact/hooks';
import { fixed } from '../../../view/figures.js';
import { Slider } from '../../../view/slider.js';
import './norm.css';
import { useLazy } from '../../../view/use-lazy.js';
import type { Convention } from './conventions-numbers.js';

const SHOWN = 4;

const loaded = async () => (await import('./conventions-numbers.js')).Conventions.load();

const texts = {
  lecture:
    'The lecture divides by n − 1 in both places: the unbiased variance normalises the batch, and is kept.',
  torch:
    'torch.nn.BatchNorm1d normalises with the biased variance, divided by n, and keeps the unbiased one in running_var.',
  paper:
    'Ioffe and Szegedy (2015) normalise with the biased variance, keep it, and multiply the average by n / (n − 1) when it is used.',
};
const titles = { lecture: 'Lecture', torch: 'torch', paper: 'Paper' };
type Name = keyof typeof texts;

/** Same batch, three conventions. */
export function ConventionsAid() {
  const conventions = useLazy(loaded);
  useEffect(() => () => conventions?.dispose(), [conventions]);
  const [chosen, choose] = useState<Name>('lecture');
  const [rows, setRows] = useState(32);
  const measured = useMemo(() => conventions?.measure(rows, Math.min(SHOWN, rows)), [conventions, rows]);
  const ratio = Math.sqrt((rows - 1) / rows);
  return (
    <div class="aid">
      <p>
        Almost. The difference is which variance is used where, and it has sparked many a thread. Choose a
        convention; the batch is the same.
      </p>
      <fieldset class="buttons">
        <legend class="visually-hidden">Convention</legend>
        {(Object.keys(texts) as Name[]).map((name) => (
          <button key={name} type="button" aria-pressed={chosen === name} onClick={() => choose(name)}>
            {titles[name]}
          </button>
        ))}
      </fieldset>
      <p>{texts[chosen]}</p>
      <Slider label="Batch size n" value={rows} min={2} max={128} step={1} onValue={setRows} />
      {measured === undefined || conventions === undefined ? (
        <p class="empty">Being computed.</p>
      ) : (
        <div class="scroll">
          <table>
            <caption class="visually-hidden">One unit of one batch under three conventions</caption>
            <thead>
              <tr>
                <th scope="col">One unit, {rows} examples</th>
                {measured.map(({ name }) => (
                  <th key={name} scope="col" class={name === chosen ? 'chosen' : undefined}>
                    {titles[name]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {(
                [
                  ['Variance while training', ({ training }) => fixed(training, 4)],
                  ['Variance kept', ({ kept }) => fixed(kept, 4)],
                  ['Variance used later', ({ later }) => fixed(later, 4)],
                  ...conventions
                    .inputs(Math.min(SHOWN, rows))
                    .map((input, i): [string, (one: Convention) => string] => [
                      `Output for ${fixed(input, 3)}`,
                      ({ outputs }) => fixed(outputs[i], 4),
                    ]),
                  ['std of the outputs', ({ outputsStd }) => fixed(outputsStd, 4)],
                ] as [string, (one: Convention) => string][]
              ).map(([label, read]) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {measured.map((one) => (
                    <td key={one.name} class={one.name === chosen ? 'chosen' : undefined}>
                      {read(one)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="measured">
        While training, the lecture’s outputs are √({rows - 1}/{rows}) = <b>{fixed(ratio, 4)}</b> times
        torch’s and the paper’s. The gain that follows learns the difference away; what is used later is the
        same for all three. In this library it is <code>BatchNorm1d</code>’s <code>correction</code>: 1 the
        lecture, 0 torch.
      </p>
    </div>
  );
}
