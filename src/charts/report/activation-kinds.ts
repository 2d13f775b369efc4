import { BAND, HALF } from './readings.js';

/** What a report says of the outputs of one kind of activation layer. */
export interface ActivationKind {
  /** In a sentence: the outputs of each … layer. */
  name: string;
  /** Bounds of its outputs. */
  bounds?: [number, number];
  /** What towers and narrow lines mean. */
  shapes: string;
  /** A column's head, and the word at the beginning of a sentence, for outputs that let little gradient through. */
  closed: string;
  Closed: string;
  /** Which those are. */
  rule: (threshold: number) => string;
  /** Percent of them that do no harm, and above which most of a layer is lost. */
  band: [number, number];
  /** Whether only what is above 0 is drawn, beside which the rest would be a tower. */
  rectifies?: boolean;
  /** Whether a unit that is closed for a whole batch learns nothing from it. */
  dies: boolean;
}

type Kind<Known extends keyof ActivationKind> = Pick<ActivationKind, Known>;
const saturates: Kind<'closed' | 'Closed' | 'band' | 'dies'> = {
  closed: 'saturated',
  Closed: 'Saturated',
  band: [BAND, HALF],
  dies: true,
};
const rectifier: Kind<'closed' | 'Closed' | 'band' | 'rectifies'> = {
  closed: 'not active',
  Closed: 'Not active',
  band: [90, 99],
  rectifies: true,
};
const inactive = (): string => 'h ≤ 0';

const kinds = {
  Tanh: {
    ...saturates,
    name: 'tanh',
    bounds: [-1, 1],
    shapes:
      'A line that gathers at 0 belongs to a layer that has faded to a nearly linear one; towers at −1 and 1 are ' +
      'saturation. Narrower means a smaller std.',
    rule: (threshold) => `|h| > ${threshold}`,
  },
  Sigmoid: {
    ...saturates,
    name: 'sigmoid',
    bounds: [0, 1],
    shapes:
      'A line that gathers at ½ belongs to a layer that has faded to a nearly linear one; towers at 0 and 1 are ' +
      'saturation. Narrower means a smaller std.',
    rule: (threshold) => `|2h − 1| > ${threshold}`,
  },
  ELU: {
    ...saturates,
    name: 'ELU',
    shapes:
      'A tower at −1 is what has been cut off there, where little gradient gets through. Narrower means a smaller std.',
    rule: (threshold) => `h < −${threshold}`,
  },
  ReLU: {
    ...rectifier,
    name: 'ReLU',
    shapes:
      'What is 0, about half of a healthy layer, is left out of the picture; the table counts it. A layer that is little ' +
      'else has units that no example wakes.',
    rule: inactive,
    dies: true,
  },
  LeakyReLU: {
    ...rectifier,
    name: 'leaky ReLU',
    shapes:
      'What is below 0, about half of a healthy layer, is a hundredth of what went in; it is left out of the picture, and ' +
      'the table counts it. Some of the gradient gets through there too.',
    rule: inactive,
    dies: false,
  },
} satisfies Record<string, ActivationKind>;

/** By the class of the layer; of one that is not known it says what it says of tanh. */
export const activationKind = (kind = 'Tanh'): ActivationKind =>
  Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : kinds.Tanh;
