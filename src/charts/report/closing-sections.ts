import { nats } from '../numbers.js';
import type { ReportData } from './data.js';
import { readings, type Section } from './figure.js';
import { facts, html, table } from './html.js';
import { readEvaluation } from './readings.js';

/** Each section is undefined where its data is absent. */
type Maybe = Section | undefined;

const normalised = html`The verdict on the finished network, over every example instead of a minibatch. A network with batch normalisation
needs a mean and a deviation for each unit even when it is shown a single name: running statistics were gathered
during training, calibrated ones measured over the whole training split afterwards. They should give almost the same
losses, and validation should lie a little above training.`;
const unnormalised = html`The verdict on the finished network, over every example instead of a minibatch. Validation, on names that it has not
been trained on, should lie a little above training.`;

export function evaluationSection(data: ReportData): Maybe {
  const { running, calibrated, plain } = data.evaluation ?? {};
  const given = [['running', running] as const, ['calibrated', calibrated] as const, ['all', plain] as const];
  const rows = given.flatMap(([name, losses]) =>
    losses === undefined ? [] : [[name, nats(losses.train, 4), nats(losses.val, 4), nats(losses.test, 4)]],
  );
  if (rows.length === 0) return undefined;
  return {
    id: 'splits',
    heading: 'Losses over the whole splits',
    body: html`<p>${plain === undefined ? normalised : unnormalised}</p>
${table({
  caption: 'Mean losses in nats',
  head: [plain === undefined ? 'statistics' : 'examples', 'train', 'val', 'test'],
  rows,
})}${readings(readEvaluation(data))}`,
  };
}

export function samplesSection({ samples }: ReportData): Maybe {
  if (samples === undefined || samples.length === 0) return undefined;
  return {
    id: 'samples',
    heading: 'Sampled names',
    body: html`<p>Drawn from the network letter by letter, each by the probabilities that it gives after the letters before. They should
be new, and yet sound like the list.</p>
<ul class="samples">
${samples.map(
  (sample) => html`<li><bdi>${sample}</bdi></li>
`,
)}</ul>`,
  };
}

const words = { problem: 'Problem', warning: 'Warning', note: 'Note' };

export function findingsSection({ findings }: ReportData): Maybe {
  if (findings === undefined || findings.length === 0) return undefined;
  const order = ['problem', 'warning', 'note'] as const;
  const sorted = order.flatMap((wanted) => findings.filter(({ severity }) => severity === wanted));
  return {
    id: 'findings',
    heading: 'Findings',
    body: html`<ul class="findings">
${sorted.map(
  ({
    severity,
    place,
    text,
  }) => html`<li class="${severity}"><b>${words[severity]}</b> <span class="place">${place}</span><br>${text}</li>
`,
)}</ul>`,
  };
}

export function settingsSection({ settings }: ReportData): Maybe {
  if (settings.length === 0) return undefined;
  return { id: 'settings', heading: 'Settings', body: facts(settings, 'settings') };
}
