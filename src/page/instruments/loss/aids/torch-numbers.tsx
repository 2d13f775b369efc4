import { useSignal } from '@preact/signals';
import { proxy } from 'comlink';
import { printable } from 'lanewise';
import type { RunView, Session } from '../../../session/session.js';
import { fixed } from '../../../view/figures.js';
import { ExperimentButton, useExperiment } from './experiment-button.js';
import { runExperiment } from './experiments.js';
import type { Check } from './torch-check.js';

/** Computes torch's recorded numbers in this browser and says which differs first. */
export function TorchNumbers({ session }: { session: Session }) {
  const experiment = useExperiment<boolean>();
  const made = useSignal<readonly Check[]>([]);
  const run = session.main.value;
  const lecture = run?.info.names.lecture === true;
  const compare = async () => {
    made.value = [];
    const report = proxy((check: Check) => {
      made.value = [...made.value, check];
    });
    await runExperiment((here) => here.compareWithTorch(lecture ? run?.names : undefined, report));
    return true;
  };
  return (
    <div class="aid">
      <p>
        {run && source(run)} With the same names, a number may still differ for one of three reasons: another
        seed or another order of draws; a tensor of 16 elements or more, for which torch.randn draws in
        another way than for fewer; or another device (the numbers of MPS and CUDA are not those of the CPU).
      </p>
      <ExperimentButton experiment={experiment} work={compare} working="Computing…">
        Compare with PyTorch now
      </ExperimentButton>
      {made.value.length > 0 && (
        <table class="compared wordy">
          <caption class="visually-hidden">Numbers computed here and by PyTorch</caption>
          <thead>
            <tr>
              <th scope="col">in the order of a run</th>
              <th scope="col">here</th>
              <th scope="col">PyTorch 1.13</th>
            </tr>
          </thead>
          <tbody>
            {made.value.map((check) => (
              <tr key={check.what}>
                <td>
                  {check.what}:{' '}
                  <span class={check.agrees ? 'agrees' : 'differs'}>
                    {check.agrees ? '✓ same' : '✗ differs'}
                  </span>
                </td>
                <td>{shortly(check.here)}</td>
                <td>{shortly(check.torch)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p role="status">{experiment.result.value && !experiment.running.value && conclusion(made.value)}</p>
      {experiment.result.value && (
        <p>
          Rows of draws are compared bit for bit. Losses may differ by 0.00001, ten times what PyTorch’s own
          differ by with other matrix kernels; a variance over 32 in place of 31 would move them by 0.0002 and
          more.
        </p>
      )}
    </div>
  );
}

/** Which numbers to expect of the names in use. */
function source({ info, names }: RunView): string {
  if (info.names.lecture)
    return 'You use the lecture’s own list, so expect the video’s numbers: digit by digit at first, to within rounding later.';
  const video = 'The video trains on names.txt, 32,033 names.';
  if (names !== undefined)
    return `${video} You use ${printable(names.source)}, for which PyTorch’s numbers are not recorded; the comparison is made on the built-in names.`;
  return `${video} The names here are others, so the losses are others from the first minibatch on: 3.3091 for the video’s 3.3239. Drop names.txt on the page and they become the video’s.`;
}

const SHOWN = 3;

/** The first values, each on one line. */
const shortly = (values: Check['here']) =>
  values.slice(0, SHOWN).map((value, i) => (
    <span key={i} class="number">
      {typeof value === 'string' || Number.isInteger(value) ? value : fixed(value, 6)}{' '}
    </span>
  ));

function conclusion(checks: readonly Check[]): string {
  const first = checks.find(({ agrees }) => !agrees);
  return first === undefined
    ? `All ${checks.length} agree: this browser computes what PyTorch computes.`
    : `The first that differs is “${first.what}”: what comes after it follows from it.`;
}
