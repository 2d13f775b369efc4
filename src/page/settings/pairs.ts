/** The lecture's what-ifs: two runs that differ in one thing. */
import type { DeepSettings, MlpSettings, RunSettings } from 'lanewise/makemore';
import { presets } from './fields.js';

interface Pair {
  title: string;
  /** What to look at. */
  look: string;
  runs: readonly [RunSettings, RunSettings];
}

const first = (changed: Partial<MlpSettings>): RunSettings => ({
  ...(presets.mlp as MlpSettings),
  ...changed,
});
const deep = (changed: Partial<DeepSettings>): RunSettings => ({
  ...(presets.deep as DeepSettings),
  ...changed,
});
const bare = (changed: Partial<DeepSettings>) => deep({ batchNorm: false, ...changed });

export const pairs: readonly Pair[] = [
  {
    title: 'A bad beginning and a good one',
    look: 'Loss: one begins eight times above ln 27 and is still above it when the other has learned for 1,000 steps.',
    runs: [first({ init: 'original' }), first({ init: 'kaiming' })],
  },
  {
    title: 'A calm last layer',
    look: 'Loss at step 0: with a small last layer it is near ln 27; without, the network is confident and wrong.',
    runs: [first({ init: 'original' }), first({ init: 'softmax' })],
  },
  {
    title: 'Tanh saturated and not',
    look: 'Saturation: the losses are alike, yet 70 % of the one’s hidden layer is at ±1, where hardly a gradient passes.',
    runs: [first({ init: 'softmax' }), first({ init: 'kaiming' })],
  },
  {
    title: 'Careful scaling, or batch norm',
    look: 'Loss: with one hidden layer, batch norm wins little over a beginning that is well scaled.',
    runs: [first({ init: 'kaiming' }), first({ init: 'notebook' })],
  },
  {
    title: 'Six layers at gain 5/3, without batch norm and with it',
    look: 'Activations: both are healthy at first; the one holds by a well-chosen gain, the other by itself.',
    runs: [bare({ gain: 5 / 3 }), deep({ gain: 5 / 3 })],
  },
  {
    title: 'Gain 3, without batch norm and with it',
    look: 'Saturation: without batch norm almost half of every layer is at ±1, which the loss does not tell; with it the gain is divided out again.',
    runs: [bare({ gain: 3 }), deep({ gain: 3 })],
  },
  {
    title: 'Gain 0.5 and 5/3, without batch norm',
    look: 'Activations and gradients: at 0.5 the outputs shrink from layer to layer; at 5/3 they keep their width.',
    runs: [bare({ gain: 0.5 }), bare({ gain: 5 / 3 })],
  },
  {
    title: 'Gain 1 and 5/3, without batch norm',
    look: 'Activations: tanh squeezes a little in every layer; 5/3 is what stretches it again.',
    runs: [bare({ gain: 1 }), bare({ gain: 5 / 3 })],
  },
  {
    title: 'Gain 3 and 5/3, without batch norm',
    look: 'Saturation: at 3 far more of every layer is at ±1.',
    runs: [bare({ gain: 3 }), bare({ gain: 5 / 3 })],
  },
  {
    title: 'Learning rate too high and right',
    look: 'Updates: at 10 the lines set out far above −3; soon every unit is saturated and the first layers do not move any more.',
    runs: [bare({ lr: 10, lrAfter: 1 }), bare({})],
  },
  {
    title: 'Learning rate too low and right',
    look: 'Updates: at 0.001 every line lies far below −3, and the loss hardly falls.',
    runs: [deep({ lr: 0.001, lrAfter: 0.0001 }), deep({})],
  },
  {
    title: 'ReLU and tanh',
    look: 'Activations: ReLU is 0 in about half of its outputs. That is how it works, and no fault.',
    runs: [deep({ activation: 'relu' }), deep({ activation: 'tanh' })],
  },
  {
    title: 'Batches of 4 and of 32',
    look: 'Loss: of 4 examples it is far noisier and falls less far, and the statistics of batch norm are as noisy.',
    runs: [first({ batch: 4 }), first({})],
  },
  {
    title: 'The same network, another seed',
    look: 'Loss: how far two runs come apart by chance alone. Smaller differences than this say nothing.',
    runs: [first({ seed: 42 }), first({})],
  },
];
