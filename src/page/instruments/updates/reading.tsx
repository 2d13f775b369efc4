import { fixed, scientific } from '../../view/figures.js';
import { Reading } from '../../view/instrument.js';
import { nameOf } from '../../view/label.js';
import type { Shown } from '../shared/shown.js';
import { matricesOf } from '../shared/weight-matrices.js';

/** What the findings say of the rate, else where the median matrix is. */
export function UpdatesReading({ shown }: { shown: Shown }) {
  const { label, moment } = shown;
  const run = nameOf(label);
  const found = moment.findings.find(({ rule }) => rule === 'rate-low' || rule === 'rate-high');
  const { snapshot } = moment;
  if (found !== undefined)
    return (
      <Reading severity={found.severity}>
        {run}
        {found.text}
      </Reading>
    );
  const values = matricesOf(snapshot)
    .flatMap(({ updateToData }) => updateToData ?? [])
    .sort((a, b) => a - b);
  if (values.length === 0) return null;
  const middle = values[Math.floor((values.length - 1) / 2)];
  if (!Number.isFinite(middle))
    return (
      <Reading severity="problem">
        {run}The updates are {Number.isNaN(middle) ? 'no numbers' : 'nothing or without bound'}: there is no
        ratio to judge.
      </Reading>
    );
  return (
    <Reading severity="healthy">
      {run}At learning rate {snapshot.lr} the median matrix is updated by {scientific(10 ** middle)} of its
      values a step (log₁₀ {fixed(middle, 2)}); 1e−4 to 1e−2 is healthy.
    </Reading>
  );
}
