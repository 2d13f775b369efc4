import type { RunView } from '../session.js';
import { fieldsOf, presets, settingOf, textOf } from '../settings/fields.js';

/** A run in a few words: its number, its network, and what is not as in the lecture. */
export function labelOf({ info, names }: RunView): string {
  const { id, settings, parent, file } = info;
  const preset = presets[settings.net];
  const changed = fieldsOf(settings.net).flatMap((field) => {
    const text = textOf(field, settingOf(settings, field));
    if (text === textOf(field, settingOf(preset, field)) || field.key === 'steps') return [];
    return [field.kind === 'choice' ? text : `${field.label.toLowerCase()} ${text}`];
  });
  const network = settings.net === 'mlp' ? 'first network' : 'six-layer network';
  const from =
    parent === undefined ? [] : [`from step ${parent.step.toLocaleString('en')} of run ${parent.id}`];
  if (file !== undefined) from.push(`from step ${file.step.toLocaleString('en')} of ${file.source}`);
  const data = names === undefined ? [] : [names.source];
  return `${id}: ${[network, ...changed, ...data, ...from].join(', ')}`;
}
