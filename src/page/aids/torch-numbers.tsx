import { signal } from '@preact/signals';
import { proxy } from 'comlink';
import { useMemo } from 'preact/hooks';
import type { Session } from '../session.js';
import { laboratory } from './laboratory.js';
import type { Check } from './torch-check.js';
import { TrialButton, useTrial } from './trial.js';

/** Computes torch's recorded numbers in this browser and says which differs first. */
export function TorchNumbers({ session }: { session: Session }) {
  const trial = useTrial<boolean>();
  const made = useMemo(() => signal<readonly Check[]>([]), []);
  const run = session.main.value;
  const lecture = run?.info.names.lecture === true;
  const compare = async () => {
    made.value = [];
    const report = proxy((check: Check) => {
      made.value = [...made.value, check];
    });
    await laboratory().compareWithTorch(lecture ? run?.names : undefined, report);
    return true;
  };
  return (
    <>
      <p>
        {lecture
          ? 'You use the lecture’s own list, so the video’s numbers are to be expected, digit by digit at first and to within rounding later.'
          : 'The video trains on names.txt, 32,033 names. The names here are others, so the losses are others from the first minibatch on: 3.3091 for the video’s 3.3239. Drop names.txt on the page and they become the video’s.'}{' '}
        With the same names, a number may still differ for one of three reasons: another seed or another order
        of draws; a tensor of 16 elements or more, for which torch.randn draws in another way than for fewer;
        or another device (the numbers of MPS and CUDA are not those of the CPU).
      </p>
      <TrialButton trial={trial} work={compare} working="Computing…">
        Compare with PyTorch now
      </TrialButton>
      {made.value.length > 0 && (
        <div class="scroll">
          <table>
            <caption class="visually-hidden">Numbers computed here and by PyTorch</caption>
            <thead>
              <tr>
                <th scope="col">in the order of a run</th>
                <th scope="col">here</th>
                <th scope="col">PyTorch 1.13</th>
                <th scope="col">&nbsp;</th>
              </tr>
            </thead>
            <tbody>
              {made.value.map((check) => (
                <tr key={check.what}>
                  <td>{check.what}</td>
                  <td>{shortly(check.here)}</td>
                  <td>{shortly(check.torch)}</td>
                  <td class={check.agrees ? 'agrees' : 'differs'}>{verdict(check)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p role="status">{trial.result.value && !trial.running.value && conclusion(made.value)}</p>
      {trial.result.value && (
        <p>
          Rows of draws are compared bit for bit. Losses may differ by 0.00001, ten times what PyTorch’s own
          differ by with other matrix kernels; a variance over 32 in place of 31 would move them by 0.0004.
        </p>
      )}
    </>
  );
}

const SHOWN = 3;

const shortly = (values: Check['here']): string =>
  values
    .slice(0, SHOWN)
    .map((value) => {
      if (typeof value === 'string' || Number.isInteger(value)) return String(value);
      return value.toFixed(6);
    })
    .join(' ') + (values.length > SHOWN ? ' …' : '');

const verdict = ({ agrees, tolerance }: Check): string =>
  agrees ? (tolerance === 0 ? 'the same' : 'the same to 0.00001') : 'differs';

function conclusion(checks: readonly Check[]): string {
  const first = checks.find(({ agrees }) => !agrees);
  return first === undefined
    ? `All ${checks.length} agree: this browser computes what PyTorch computes.`
    : `The first that differs is “${first.what}”: what comes after it follows from it.`;
}
