import type { Finding } from 'lanewise/diagnostics';
import type { Moment } from '../../engine/protocol.js';
import { fixed, percent } from '../../view/figures.js';
import { Reading } from '../../view/instrument.js';
import { nameOf } from '../../view/label.js';
import { layerName, withLayerNames } from '../../view/layer-names.js';
import { type ActivationLayer, rectifies, saturatedWord } from '../shared/activation-layers.js';

const RULES: readonly Finding['rule'][] = ['not-finite', 'constant', 'saturated', 'dead'];

interface ActivationsReadingProps {
  /** Of the run, where there are two. */
  label: string | undefined;
  moment: Moment;
  layers: ActivationLayer[];
}

/** The worst that is found in the outputs, else what is healthy about them. */
export function ActivationsReading({ label, moment, layers }: ActivationsReadingProps) {
  if (layers.length === 0) return null;
  const run = nameOf(label);
  const all = moment.snapshot.layers;
  const found = moment.findings.filter(({ rule, text }) => RULES.includes(rule) || ofOutputs(rule, text));
  const [worst] = found;
  if (worst !== undefined)
    return (
      <Reading severity={worst.severity}>
        {run}
        {capital(layerName(worst.place, all))}: {withLayerNames(worst.text, all)}
        {found.length > 1 &&
          ` ${found.length - 1} more ${found.length === 2 ? 'finding' : 'findings'} of the outputs.`}
      </Reading>
    );
  const stds = layers.flatMap(({ output }) => output?.std ?? []);
  const shares = layers.flatMap(({ saturated }) => saturated ?? []);
  const [{ kind }] = layers;
  const span = (values: number[], format: (value: number) => string) => {
    const [low, high] = [format(Math.min(...values)), format(Math.max(...values))];
    return low === high ? low : `${low} to ${high}`;
  };
  return (
    <Reading severity="healthy">
      {run}std {span(stds, (value) => fixed(value, 2))}
      {shares.length > 0 && `, ${span(shares, percent)} ${saturatedWord(kind)}`}
      {rectifies(kind) ? '; about half is normal.' : '; below 30\u00a0% is healthy.'}
    </Reading>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The rule is one for outputs and gradients. */
const ofOutputs = (rule: Finding['rule'], text: string): boolean =>
  (rule === 'vanishing' || rule === 'exploding') && text.startsWith('The std of the outputs');
