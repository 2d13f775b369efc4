import { fixed, small, whole } from '../../view/figures.js';
import type { Choice, Lesson } from '../lesson.js';
import { first, six } from '../networks.js';
import type { ObservedRun } from '../observe.js';

/** What a visitor proposes: the weight and the bias of the one layer, from the numbers of both. */
interface Proposal {
  weight: number;
  bias: number;
}

/** As good as the rounding of float32. */
const EXACT = 1e-5;

export const lesson: Lesson = {
  id: 'fold',
  title: 'Fold batch norm away',
  time: 40 * 60 + 40,
  order: 3,
  kind: 'exercise',
  text: [
    'Exercise E02. When training is over, the statistics stay as they are. A unit’s sum W x, then batch norm with mean μ and std σ, then γ and β: all of it is a straight line, and one linear layer can do it.',
    'Find W′ and b′ so that W′ x + b′ puts out the same.',
  ],
  question: 'What are the weights and the bias of that layer?',
  runs: [first({ init: 'notebook' })],
  until: 300,
  measures: ['fold'],
  look: 'batchnorm',
  looked: 'batch norm, and its question on folding',
  choices: [
    proposal('W′ = W γ,  b′ = β − μ', ({ weight, gamma, beta, mean }) => ({
      weight: weight * gamma,
      bias: beta - mean,
    })),
    proposal('W′ = W γ / σ,  b′ = β − μ', ({ weight, gamma, beta, mean, std }) => ({
      weight: (weight * gamma) / std,
      bias: beta - mean,
    })),
    proposal(
      'W′ = W γ / σ,  b′ = β − μ γ / σ',
      ({ weight, gamma, beta, mean, std }) => ({
        weight: (weight * gamma) / std,
        bias: beta - (mean * gamma) / std,
      }),
      true,
    ),
    proposal('W′ = W / σ,  b′ = β − μ / σ', ({ weight, beta, mean, std }) => ({
      weight: weight / std,
      bias: beta - mean / std,
    })),
  ],
  seen: [
    {
      says: ([run]) => {
        const { gamma, beta, mean, std } = unit(run);
        return `Put to the test with the numbers of unit ${unit(run).unit}: γ = ${fixed(gamma, 3)}, β = ${fixed(beta, 3)}, μ = ${fixed(mean, 3)}, σ = ${fixed(std, 3)}.`;
      },
      holds: ([run]) => Math.abs(withBias(run) - unit(run).folded.bias) < EXACT,
    },
    {
      says: ([run]) =>
        `All ${run.info.settings.hidden} units folded, no logit of ${whole(run.fold?.examples)} validation examples differs by more than ${small(run.fold?.largest ?? Number.NaN)}, and the loss is ${fixed(run.fold?.losses[1], 4)} both times. ${whole(lost(run))} parameters fewer.`,
      holds: ([run]) =>
        (run.fold?.largest ?? 1) < EXACT &&
        fixed(run.fold?.losses[0], 4) === fixed(run.fold?.losses[1], 4) &&
        lost(run) === 200 &&
        run.fold?.left === 0,
    },
  ],
  changes: [
    {
      title: 'Fold a network whose first layer has a bias b₁',
      runs: [first({ init: 'bn' })],
      until: 300,
      measures: ['fold'],
      look: 'batchnorm',
      looked: 'batch norm, and its question on folding',
      seen: [
        {
          says: ([run]) =>
            `The mean is subtracted from b₁ too: b′ = β + (b₁ − μ) γ / σ. For unit ${unit(run).unit} that is ${fixed(withBias(run), 4)}, and the folded layer has ${fixed(unit(run).folded.bias, 4)}.`,
          holds: ([run]) => unit(run).bias !== 0 && Math.abs(withBias(run) - unit(run).folded.bias) < EXACT,
        },
      ],
    },
    {
      title: 'Fold all of the six-layer network',
      runs: [six()],
      until: 300,
      measures: ['fold'],
      look: 'batchnorm',
      looked: 'batch norm, and its question on folding',
      seen: [
        {
          says: ([run]) =>
            `${run.fold?.norms} batch norms go, and ${whole(lost(run))} parameters. The largest difference of a logit is ${small(run.fold?.largest ?? Number.NaN)}: float32 rounds differently in another order.`,
          holds: ([run]) =>
            run.fold?.norms === 6 &&
            run.fold.left === 0 &&
            lost(run) > 0 &&
            run.fold.largest > 0 &&
            run.fold.largest < EXACT,
        },
      ],
    },
  ],
  facts: [{ states: 'E02', holds: ([run]) => run.fold?.norms === 1 }],
};

type Unit = NonNullable<NonNullable<ObservedRun['fold']>['example']>;

/** An answer that is tried on a unit of the network. */
function proposal(answer: string, work: (unit: Unit) => Proposal, right = false): Choice {
  const differences = (run: ObservedRun): Proposal => {
    const { weight, bias } = work(unit(run));
    const { folded } = unit(run);
    return { weight: Math.abs(weight - folded.weight), bias: Math.abs(bias - folded.bias) };
  };
  const holds = (run: ObservedRun) => differences(run).weight < EXACT && differences(run).bias < EXACT;
  return {
    answer,
    holds: ([run]) => holds(run),
    word: {
      says: ([run]) => {
        const { weight, bias } = work(unit(run));
        const { folded } = unit(run);
        const made = `${answer} makes of unit ${unit(run).unit} a first weight of ${fixed(weight, 4)} and a bias of ${fixed(bias, 4)}`;
        return right
          ? `${made}, as the folded layer has them.`
          : `${made}; the folded layer has ${fixed(folded.weight, 4)} and ${fixed(folded.bias, 4)}.`;
      },
      holds: ([run]) => (right ? holds(run) : differences(run).weight > 1e-4 || differences(run).bias > 1e-4),
    },
  };
}

function unit({ fold }: ObservedRun): Unit {
  if (fold?.example === undefined)
    throw new RangeError('fold: expected a network with a batch norm, got none');
  return fold.example;
}
const withBias = (run: ObservedRun): number => {
  const { beta, bias, mean, gamma, std } = unit(run);
  return beta + ((bias - mean) * gamma) / std;
};
const lost = ({ fold }: ObservedRun): number =>
  fold === undefined ? Number.NaN : fold.parameters[0] - fold.parameters[1];
