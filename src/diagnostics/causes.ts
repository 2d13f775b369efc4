/** Which finding explains which: the order in which they are to be mended. */
import type { Finding, Rule } from './finding-rules.js';

const severities: readonly Finding['severity'][] = ['problem', 'warning', 'note'];

/** What the weights do to the signal; what explains another comes before it. */
const ofNetwork: readonly Rule[] = ['constant', 'exploding', 'saturated', 'dead', 'vanishing', 'no-gradient'];

/**
 * Root cause first, then by severity. No finding comes before one that explains it:
 *
 * - `not-finite` explains all else.
 * - What the network had at its first step is the work of its initial weights, and explains a rate that is too high for
 *   them; `confident` is of that step too.
 * - `rate-high` explains whatever else the network has. Where the first step is not known, only a rate that is a problem
 *   explains what is worse than itself.
 *
 * @param initial rules that the network broke at its first step; undefined: not known
 */
export function causeFirst(found: readonly Finding[], initial?: ReadonlySet<Rule>): Finding[] {
  const rate = found.find(({ rule }) => rule === 'rate-high');
  const late = ({ rule }: Finding) => ofNetwork.includes(rule) && initial?.has(rule) !== true;
  const explains = rate !== undefined && (initial !== undefined || rate.severity === 'problem');
  const worst = (weights: number[]) => Math.min(...weights);
  const own = ({ severity }: Finding) => severities.indexOf(severity);
  const rateWeight = explains ? worst(found.filter((each) => late(each) || each === rate).map(own)) : 2;
  const weightOf = (each: Finding): number => {
    if (each.rule === 'not-finite') return -1;
    if (each === rate && explains) return rateWeight;
    // Initial weights under which the rate is too high.
    if (rate && initial?.has(each.rule) && ofNetwork.includes(each.rule))
      return worst([own(each), rateWeight]);
    return own(each);
  };
  const rankOf = (each: Finding): number => {
    if (each.rule === 'confident') return 0;
    if (each.rule === 'rate-high') return 20;
    if (each.rule === 'rate-low') return 40;
    return ofNetwork.indexOf(each.rule) + (late(each) ? 21 : 1);
  };
  return [...found].sort((a, b) => weightOf(a) - weightOf(b) || rankOf(a) - rankOf(b) || own(a) - own(b));
}
