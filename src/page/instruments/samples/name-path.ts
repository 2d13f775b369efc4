/** How a name was drawn, in words and numbers. */
import type { NamePath } from '../../engine/protocol.js';
import { powerOfTen } from '../../view/figures.js';

export interface Candidate {
  token: number;
  probability: number;
}

export interface Letter {
  /** Tokens of the context, oldest first. */
  context: number[];
  drawn: Candidate;
  /** 1: none was likelier. */
  rank: number;
  /** The likeliest, and the one that was drawn where it is not among them; likeliest first. */
  shown: Candidate[];
}

/** Candidates of a letter that are shown. */
const SHOWN = 5;

/** The letters of a path, each with what else it might have been. `context`: characters that the network sees. */
export function lettersOf({ tokens, size, probabilities }: NamePath, context: number): Letter[] {
  const padded = [...new Array<number>(context).fill(0), ...tokens];
  return tokens.map((token, i) => {
    const all = Array.from({ length: size }, (_, each) => ({
      token: each,
      probability: probabilities[i * size + each],
    })).sort((a, b) => b.probability - a.probability);
    const place = all.findIndex((each) => each.token === token);
    const likeliest = all.slice(0, SHOWN);
    return {
      context: padded.slice(i, i + context),
      drawn: all[place],
      rank: place + 1,
      shown: place < SHOWN ? likeliest : [...likeliest.slice(0, SHOWN - 1), all[place]],
    };
  });
}

/** The chance of all these letters, one after the other: the product of their probabilities. */
export const chanceOfAll = (letters: readonly Letter[]): number =>
  letters.reduce((chance, { drawn }) => chance * drawn.probability, 1);

/** `1 in 2,400`, with two digits that count. */
export function oneIn(chance: number): string {
  if (!(chance > 0)) return 'none';
  const times = Number((1 / chance).toPrecision(2));
  return `1 in ${times < 1e9 ? times.toLocaleString('en') : powerOfTen(times, 2)}`;
}
