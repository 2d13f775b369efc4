import type { NameList } from '../names.js';

/** A row of the lecture's loss log: the first loss, and the losses over whole splits after its 200,000 steps. */
export interface PrintedLossLogRow {
  first: number;
  train: number;
  val: number;
}

/**
 * What the lecture's notebook prints, on its own names and, run again with PyTorch 1.13, on the built-in ones; what it
 * computes and does not print (losses over the test split, with calibrated statistics and at the first step of the log;
 * update:data) is PyTorch 1.13's on both.
 */
export interface Printed {
  words: number;
  /** Characters of the longest name. */
  longest: number;
  vocabulary: number;
  train: number;
  val: number;
  test: number;
  /** The first network: the loss every 10,000 steps, and over whole splits with the running statistics. */
  mlp: {
    losses: readonly number[];
    train: number;
    val: number;
    test: number;
    /** With statistics calibrated over the training split. */
    calibrated: { train: number; val: number; test: number };
  };
  /** The loss log by its rows; on the lecture's own names only. */
  lossLog?: Readonly<Record<'original' | 'softmax' | 'tanh' | 'kaiming' | 'bn', PrintedLossLogRow>>;
  /** The six-layer network after its 1001 steps. */
  deep: {
    lossAt0: number;
    /** At step 1000. */
    lastLoss: number;
    /** [mean, std, saturated %] of each tanh. */
    activations: readonly (readonly [number, number, number])[];
    /** [mean, std] of the gradient at each tanh. */
    activationGradients: readonly (readonly [number, number])[];
    /** [mean, std, std over the parameter's std] of the gradients of C and the weights. */
    weightGradients: readonly (readonly [number, number, number])[];
    /** log10 of update:data of C and the weights at step 1000. */
    updateToData: readonly number[];
    train: number;
    val: number;
    test: number;
    samples: readonly string[];
  };
}

/** The loss log: train and val, as the lecture prints them. */
export const lossLog: Record<string, { train: number; val: number }> = {
  original: { train: 2.1245384216308594, val: 2.168196439743042 },
  softmax: { train: 2.07, val: 2.13 },
  tanh: { train: 2.0355966091156006, val: 2.1026785373687744 },
  kaiming: { train: 2.0376641750335693, val: 2.106989622116089 },
  bn: { train: 2.0668270587921143, val: 2.104844808578491 },
};

/** On names.txt of the makemore lectures. */
const onLectureNames: Printed = {
  words: 32033,
  longest: 15,
  vocabulary: 27,
  train: 182625,
  val: 22655,
  test: 22866,
  mlp: {
    losses: [
      3.3239, 2.0322, 2.5675, 2.0125, 2.2446, 1.8897, 2.0785, 2.3681, 2.2918, 2.0238, 2.3673, 2.3132, 1.6414,
      1.9311, 2.2231, 2.0027, 2.0997, 2.4949, 2.0199, 2.1707,
    ],
    train: 2.0674145221710205,
    val: 2.1056840419769287,
    test: 2.1070172786712646,
    calibrated: { train: 2.0677595138549805, val: 2.1055991649627686, test: 2.1069467067718506 },
  },
  lossLog: {
    original: { first: 27.881732940673828, ...lossLog.original },
    softmax: { first: 3.32205867767334, ...lossLog.softmax },
    tanh: { first: 3.3134593963623047, ...lossLog.tanh },
    kaiming: { first: 3.3179006576538086, ...lossLog.kaiming },
    bn: { first: 3.3146886825561523, ...lossLog.bn },
  },
  deep: {
    lossAt0: 3.287,
    lastLoss: 2.2807042598724365,
    activations: [
      [-0.0, 0.63, 2.78],
      [0.0, 0.64, 2.56],
      [-0.0, 0.65, 2.25],
      [0.0, 0.65, 1.69],
      [0.0, 0.65, 1.88],
    ],
    activationGradients: [
      [-0.0, 0.002640702],
      [0.0, 0.002245584],
      [-0.0, 0.002045742],
      [0.0, 0.001983134],
      [-0.0, 0.001952382],
    ],
    weightGradients: [
      [0.0, 0.008020534, 0.00801263],
      [0.000246, 0.009241077, 0.04881091],
      [0.000113, 0.007132879, 0.06964619],
      [-8.6e-5, 0.006234305, 0.06073741],
      [5.2e-5, 0.005742187, 0.05631483],
      [3.2e-5, 0.005672205, 0.05570125],
      [-8.2e-5, 0.01209416, 0.1160106],
    ],
    updateToData: [
      -3.0962250232696533, -2.311483383178711, -2.157102584838867, -2.2165439128875732, -2.249377489089966,
      -2.2541348934173584, -1.9355026483535767,
    ],
    train: 2.4002976417541504,
    val: 2.3982467651367188,
    test: 2.4021482467651367,
    samples: [
      'carpah.',
      'qarlileif.',
      'jmrix.',
      'thty.',
      'sacansa.',
      'jazhnte.',
      'dpn.',
      'arciigqeiunellaia.',
      'chriiv.',
      'kalein.',
      'dhlm.',
      'join.',
      'qhinn.',
      'sroin.',
      'arian.',
      'quiqaelogiearyxix.',
      'kaeklinsan.',
      'ed.',
      'ecoia.',
      'gtleley.',
    ],
  },
};

/** On the built-in names. */
export const onBuiltInNames: Printed = {
  words: 32178,
  longest: 15,
  vocabulary: 27,
  train: 183430,
  val: 22953,
  test: 22818,
  mlp: {
    losses: [
      3.3091, 2.0924, 2.3303, 2.3712, 2.2453, 1.8966, 2.4591, 2.3173, 2.2108, 2.0202, 2.3285, 1.9568, 2.2409,
      1.7938, 1.9433, 2.2943, 2.6693, 1.8115, 2.1138, 1.8691,
    ],
    train: 2.0688817501068115,
    val: 2.121504068374634,
    test: 2.1184349060058594,
    calibrated: { train: 2.068726062774658, val: 2.120926856994629, test: 2.11772084236145 },
  },
  deep: {
    lossAt0: 3.3141,
    lastLoss: 2.316800594329834,
    activations: [
      [-0.0, 0.63, 2.69],
      [-0.0, 0.64, 2.81],
      [0.0, 0.64, 2.44],
      [-0.0, 0.65, 2.19],
      [-0.0, 0.65, 2.41],
    ],
    activationGradients: [
      [0.0, 0.002708526],
      [-0.0, 0.002235675],
      [-0.0, 0.00205599],
      [-0.0, 0.001797705],
      [-0.0, 0.001792435],
    ],
    weightGradients: [
      [0.0, 0.007427535, 0.007420087],
      [0.000257, 0.01070295, 0.05647653],
      [2e-6, 0.008030452, 0.0783584],
      [0.000249, 0.007006876, 0.06821463],
      [-2.4e-5, 0.006257801, 0.06139209],
      [5.1e-5, 0.005627683, 0.05530831],
      [-2.1e-5, 0.01068176, 0.1026937],
    ],
    updateToData: [
      -3.1295909881591797, -2.2481319904327393, -2.105914354324341, -2.1661224365234375, -2.2118875980377197,
      -2.257209539413452, -1.98845636844635,
    ],
    train: 2.3951244354248047,
    val: 2.4020209312438965,
    test: 2.3920650482177734,
    samples: [
      'carelixqailiq.',
      'khkimrixren.',
      'cahnanden.',
      'jazhnen.',
      'del.',
      'rac.',
      'kaqei.',
      'nerania.',
      'chaiiv.',
      'kalegg.',
      'dalm.',
      'join.',
      'qenjnis.',
      'lilea.',
      'jadbi.',
      'wajerogijaryxixrice.',
      'pirrat.',
      'ed.',
      'ecoia.',
      'gtleley.',
    ],
  },
};

/** SHA-256 of the built-in names. */
const BUILT_IN = 'a311634f5113663f131a60cd0c76afb8420199991dbd9045773b8a2949ada835';

/**
 * What the lecture's notebook printed on these names: the lecture's own, or the built-in ones, on which PyTorch 1.13 ran it
 * again. Undefined for other lists.
 */
export function printedOn(names: NameList): Printed | undefined {
  if (names.lecture) return onLectureNames;
  return names.sha256 === BUILT_IN ? onBuiltInNames : undefined;
}

/** Standard deviations of its 1000 by 1000 examples, which no names enter. */
export const statistics: { linear: Record<string, number>; linearBatchNorm: Record<string, number> } = {
  linear: {
    a: 0.9875972270965576,
    b: 1.0006722211837769,
    c: 31.01241683959961,
    c_grad: 0.9782556295394897,
    a_grad: 30.8818302154541,
    b_grad: 0.9666601419448853,
  },
  linearBatchNorm: {
    inp: 0.9875972270965576,
    w: 1.0006722211837769,
    x: 31.01241683959961,
    out: 1.0,
    out_grad: 0.9782556295394897,
    x_grad: 0.031543977558612823,
    w_grad: 0.031169468536973,
    inp_grad: 0.9953052997589111,
  },
};
