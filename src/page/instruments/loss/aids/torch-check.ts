/** Computes what torch's recorded numbers are about, here and now, one check after the other. */
import { Generator, load } from 'lanewise';
import {
  createNetwork,
  deepSettings,
  lectureSettings,
  makeDataset,
  type NameList,
  PythonRandom,
  Run,
  type RunSettings,
} from 'lanewise/makemore';
import * as torch from './torch-values.js';

export interface Check {
  what: string;
  here: readonly (number | string)[];
  torch: readonly (number | string)[];
  /** Largest difference that counts as the same. */
  tolerance: number;
  agrees: boolean;
}

/** In the order in which a run needs them: the first that differs is where to look. `names`: built-in or the lecture's. */
export async function* checks(names: NameList): AsyncGenerator<Check> {
  const { SEED, LOSS_TOLERANCE } = torch;
  const expected = names.lecture ? torch.onLectureNames : torch.onBuiltInNames;
  yield check('torch.randn(5)', [...new Generator(SEED).randn(5)], torch.randn5);
  yield check('torch.randn(16), its first five', [...new Generator(SEED).randn(16)], torch.randn16);
  yield check('torch.rand(5)', [...new Generator(SEED).rand(5)], torch.rand);
  yield check('torch.randint(0, 182625, (5,))', new Generator(SEED).randint(0, 182625, 5), torch.randint);
  const words = [...names.names];
  new PythonRandom(42).shuffle(words);
  yield check('first names after random.seed(42), random.shuffle', words, expected.shuffled);
  for (const [title, settings, recorded] of [
    ['first network', lectureSettings, expected.mlp],
    ['six layers', deepSettings, expected.deep],
  ] as const) {
    yield check(`${title}: first minibatch`, await firstMinibatch(names, settings), recorded.minibatch);
    const [first, thousandth] = await lossesOf(names, settings);
    yield check(`${title}: loss at step 0`, [first], [recorded.first], LOSS_TOLERANCE);
    yield check(`${title}: loss at step 1,000`, [thousandth], [recorded.thousandth], LOSS_TOLERANCE);
  }
}

/** `here` may go on beyond what is recorded. */
function check(
  what: string,
  here: readonly (number | string)[],
  recorded: readonly (number | string)[],
  tolerance = 0,
): Check {
  const values = here.slice(0, recorded.length);
  const agrees = recorded.every((value, i) => {
    const found = values[i];
    if (typeof value === 'string' || typeof found === 'string') return value === found;
    return tolerance === 0
      ? found === value || found === Math.fround(value)
      : Math.abs(found - value) <= tolerance;
  });
  return { what, here: values, torch: recorded, tolerance, agrees };
}

/** The draws after those of all the parameters. */
async function firstMinibatch(names: NameList, settings: RunSettings): Promise<number[]> {
  const { vocabulary, train } = makeDataset(names, { contextLength: settings.context });
  const generator = new Generator(settings.seed);
  const core = await load();
  try {
    createNetwork(core, generator, settings, vocabulary.size);
    return generator.randint(0, train.count, settings.batch);
  } finally {
    core.dispose();
  }
}

const STEPS = 1001;

async function lossesOf(names: NameList, settings: RunSettings): Promise<[number, number]> {
  const run = await Run.prepare(names, settings);
  const losses: [number, number] = [Number.NaN, Number.NaN];
  try {
    await run.train({
      until: STEPS,
      onStep(step, loss) {
        if (step === 0) losses[0] = loss;
        if (step === STEPS - 1) losses[1] = loss;
      },
    });
    return losses;
  } finally {
    run.dispose();
  }
}
