import { useSignal } from '@preact/signals';
import type { RunSettings, ZeroInitialisation } from 'lanewise/makemore';
import type { Session } from '../../../session/session.js';
import { Choice } from '../../../view/choice.js';
import { fixed } from '../../../view/figures.js';
import { ExperimentButton, useExperiment } from './experiment-button.js';
import { runExperiment } from './experiments.js';

const STEPS = 1000;
const NETS = [
  ['mlp', 'first, without batch norm'],
  ['deep', 'six layers, batch norm'],
] as const;

/** Trains from all-zero parameters and shows which of them ever has a gradient. */
export function ZeroParameters({ session }: { session: Session }) {
  const experiment = useExperiment<ZeroInitialisation>();
  const net = useSignal<RunSettings['net']>('mlp');
  const { value } = experiment.result;
  return (
    <div class="aid">
      <p>
        W₂ · 0.01 is close to zero, so why not zero? With W₂ = 0 alone the first loss is exactly ln 27, and W₂
        still learns: its gradient needs the hidden layer’s output, which is not zero. But the gradient that
        goes on to W₁, b₁ and C passes through W₂, so they stand still in the first step. With <i>every</i>{' '}
        parameter zero (exercise E01) it is worse: the hidden layer puts out 0, so W₂ gets no gradient; W₂ is
        0, so nothing before it gets one. Only the last bias moves (with batch norm the last β), in every
        step.
      </p>
      <Choice
        label="Network"
        value={net.value}
        options={NETS}
        onValue={(value) => {
          net.value = value === 'deep' ? 'deep' : 'mlp';
          experiment.result.value = undefined;
        }}
      />
      <ExperimentButton
        experiment={experiment}
        work={() =>
          runExperiment((here) => here.trainFromZero(session.main.peek()?.names, net.peek(), STEPS))
        }
        working="Training…"
      >
        Train 1,000 steps from zero
      </ExperimentButton>
      {value && (
        <>
          <div class="scroll">
            <table>
              <caption class="visually-hidden">Gradients in 1,000 steps from all-zero parameters</caption>
              <thead>
                <tr>
                  <th scope="col">parameter</th>
                  <th scope="col">largest norm of its gradient</th>
                  <th scope="col">largest |element|</th>
                </tr>
              </thead>
              <tbody>
                {value.gradients.map(({ name, norm, largest }) => (
                  <tr key={name}>
                    <td>{name}</td>
                    <td>{exactly(norm)}</td>
                    <td>{exactly(largest)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <dl class="results" aria-live="polite">
            <div>
              <dt>loss of the training split</dt>
              <dd>{fixed(value.loss, 4)}</dd>
            </div>
            <div>
              <dt>its floor: entropy of the next character</dt>
              <dd>{fixed(value.floor, 4)}</dd>
            </div>
          </dl>
          <p>
            A bias alone can only learn how often each character occurs, whatever came before. The best that
            does is the entropy of those frequencies: {fixed(value.floor, 4)} nats on these names, 2.8226 on
            the lecture’s. No number of steps gets below it.
          </p>
        </>
      )}
    </div>
  );
}

const exactly = (value: number): string => (value === 0 ? '0 exactly' : fixed(value, 6));
