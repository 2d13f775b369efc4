/**
 * What PyTorch 1.13 (CPU, float32, one thread) gives for the lecture's seed, 2147483647, each number to as many digits as
 * tell its float32 from its neighbours. Recorded by running the lecture's notebook, once on the built-in names and once on
 * names.txt; the losses at steps 0 and 10,000 … that the notebook prints are the same to its four decimals.
 */
export const SEED = 2147483647;

/** torch.randn(n, generator=g): below 16 elements one pair of normals at a time, from 16 on eight pairs at a time. */
export const randn5 = [-0.98000735, -1.6578479, -0.05716623, -0.3408541, 2.0991552];
export const randn16 = [1.567362, -0.23729232, -0.027384605, -1.1007794, 0.28588146];
/** torch.rand(40, generator=g) and torch.randint(0, 182625, (32,), generator=g): their beginnings. */
export const rand = [0.70812887, 0.3542391, 0.10543233, 0.5996444, 0.09044415];
export const randint = [138156, 41144, 63274, 75447, 70028];

interface TorchRun {
  /** The first names after random.seed(42); random.shuffle(words). */
  shuffled: readonly string[];
  mlp: TorchLosses;
  deep: TorchLosses;
}

interface TorchLosses {
  /** The beginning of the first minibatch, drawn after all parameters. */
  minibatch: readonly number[];
  /** Of the minibatches of step 0 and of step 1000. */
  first: number;
  thousandth: number;
}

export const onBuiltInNames: TorchRun = {
  shuffled: ['myliah', 'kadan', 'sloane', 'kamarii', 'naleia'],
  mlp: {
    minibatch: [657, 48847, 120823, 124043, 118425],
    first: 3.3091249465942383,
    thousandth: 2.470872163772583,
  },
  deep: {
    minibatch: [168474, 79733, 76879, 80479, 107144],
    first: 3.314146041870117,
    thousandth: 2.316800594329834,
  },
};

/** On names.txt, the list of the video. */
export const onLectureNames: TorchRun = {
  shuffled: ['yuheng', 'diondre', 'xavien', 'jori', 'juanluis'],
  mlp: {
    minibatch: [5197, 99677, 101728, 53213, 114200],
    first: 3.3238625526428223,
    thousandth: 2.4625232219696045,
  },
  deep: {
    minibatch: [6134, 71153, 70264, 65309, 162514],
    first: 3.2870309352874756,
    thousandth: 2.2807042598724365,
  },
};

/**
 * How far a loss of the first 1001 steps may be from torch's: ten times what torch's own numbers differ by with other
 * matrix kernels (5e-7 in the first network, 1e-6 in the six layers). A biased variance alone moves it by 2e-4 and more.
 */
export const LOSS_TOLERANCE = 1e-5;
