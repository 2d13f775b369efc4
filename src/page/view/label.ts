import { printable } from 'lanewise';
import type { Initialisation, RunSettings } from 'lanewise/makemore';
import type { RunView } from '../session/session.js';
import { fieldsOf, presets, settingOf, textOf } from '../settings/fields.js';
import { whole } from './figures.js';
import { layerName } from './layer-names.js';

/** Initialisations of the first network as the page calls them. */
export const beginnings = {
  original: 'original',
  softmax: 'calm last layer',
  tanh: 'calm tanh',
  kaiming: 'Kaiming',
  bn: 'batch norm',
  notebook: 'notebook',
  zero: 'all zero',
} as const satisfies Readonly<Record<Initialisation, string>>;

/** The network's name tells the depth; how long a run may go on does not tell one from another. */
const unsaid: readonly string[] = ['depth', 'steps'];

/** A run in a few words: its number, its network, and what is not as in the lecture. */
export function labelOf({ info, names }: RunView): string {
  const { id, settings, parent, file } = info;
  const preset = presets[settings.net];
  const changed = fieldsOf(settings.net).flatMap((field) => {
    const text = textOf(field, settingOf(settings, field));
    if (text === textOf(field, settingOf(preset, field)) || unsaid.includes(field.key)) return [];
    const name = field.label.toLowerCase();
    if (field.key === 'init') return [beginnings[text as Initialisation]];
    if (field.kind === 'flag') return [`${text === 'yes' ? 'with' : 'no'} ${name}`];
    return [field.kind === 'choice' ? text : `${name} ${text === '' ? 'by itself' : brief(text)}`];
  });
  const origin = parent ? `run ${parent.id}` : file && printable(file.source);
  const from = origin === undefined ? [] : [`from step ${whole((parent ?? file)?.step)} of ${origin}`];
  const data = names === undefined ? [] : [printable(names.source)];
  return `${id}: ${[networkOf(settings), ...changed, ...data, ...from].join(', ')}`;
}

/** √30 is 5.48 here. */
const brief = (text: string): string =>
  text.replace(/\d+\.\d{4,}/g, (number) => String(Number(Number(number).toPrecision(3))));

function networkOf(settings: RunSettings): string {
  if (settings.net === 'mlp') return 'first network';
  return settings.depth === 6 ? 'six-layer network' : `${settings.depth}-layer network`;
}

/** Before what is said of one run of several, by its label: `Run 2: `; nothing where there is only one. */
export const nameOf = (label: string | undefined): string =>
  label === undefined ? '' : `Run ${label.split(':')[0]}: `;

/** The name of a layer of a run by its place; the layers of a run stay what they are. */
export const layerIn = (run: RunView, place: string): string =>
  layerName(place, run.frame.peek().snapshot.layers);
