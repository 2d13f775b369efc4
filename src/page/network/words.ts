/** What the picture shows, in words and numbers. */

import type { Flow, LayerView, NetworkView, UnitView } from '../engine/network-protocol.js';
import { characterText } from '../view/character.js';
import { fixed, percent, plain, share, whole } from '../view/figures.js';
import { layerNames } from '../view/layer-names.js';
import { hasParameters, type Stage } from './slow-motion.js';

export const embeddingPlace = 'layer 0 Embedding';

/** The names of the layers by their places. */
export const namesOf = ({ embedding, layers }: NetworkView): ReadonlyMap<string, string> =>
  layerNames([embedding, ...layers]);

/** A short one for its box, where the order says which it is. */
export const shortName = (kind: string): string =>
  ({ Linear: 'linear', BatchNorm1d: 'norm', Embedding: 'embedding' })[kind] ??
  (kind === 'Tanh' || kind === 'Sigmoid' ? kind.toLowerCase() : kind);

/** “e”, or a word for what has no sign. */
export const quoted = (vocabulary: readonly string[], token: number): string =>
  `“${characterText(vocabulary[token] ?? '')}”`;

export const contextText = (tokens: readonly number[], vocabulary: readonly string[]): string =>
  tokens.map((token) => characterText(vocabulary[token] ?? '')).join('');

/** The tokens of what was typed: its last characters, boundaries before them. Undefined with a character that is none. */
export function contextOf(
  typed: string,
  vocabulary: readonly string[],
  length: number,
): number[] | { unknown: string } {
  const tokens: number[] = [];
  for (const character of typed) {
    const token = vocabulary.indexOf(character);
    if (token < 0) return { unknown: character };
    tokens.push(token);
  }
  return [...new Array<number>(length).fill(0), ...tokens].slice(-length);
}

/** A gradient or an update is small: three digits, however small; an output has two decimals. */
export const valueText = (value: number | undefined, flow: Flow): string =>
  flow === 'forward' ? fixed(value, 2) : plain(value, 2);

/** Beneath a layer: what its numbers are. */
export function stdText({ std }: LayerView, flow: Flow): string {
  return flow === 'gradient' ? plain(std, 2) : fixed(std, 2);
}

const word = (kind: string) => (kind.endsWith('ReLU') ? 'not active' : 'saturated');

export const saturatedText = ({ saturated, kind }: LayerView): string | undefined =>
  saturated === undefined ? undefined : `${percent(saturated, 0)} ${word(kind)}`;

/** What the whole picture is of: `which` is where that is from, `what` what it is. */
export function captionOf(view: NetworkView, vocabulary: readonly string[]): { which: string; what: string } {
  const { basis, example, examples, tokens, target, loss, batchLoss, step, flow } = view;
  const context = contextText(tokens, vocabulary);
  const batch =
    basis === 'next' ? `the minibatch of step ${whole(step)}, which comes next` : 'the last minibatch';
  if (flow === 'update')
    return {
      which: 'Update to data of each parameter',
      what: `log₁₀ of std(lr · gradient) / std(data), from ${batch}; the line is −3`,
    };
  if (target === undefined)
    return {
      which: 'Your context, with the running statistics',
      what: `${context}; beneath it the spread over ${batch}`,
    };
  const back = flow === 'gradient' ? 'Gradient of the loss by the outputs of each layer: example' : 'Example';
  return {
    which: `${back} ${example + 1} of ${examples} of ${batch}`,
    what: `${context} → ${characterText(vocabulary[target] ?? '')}, loss ${fixed(loss, 2)} (mean ${fixed(batchLoss, 2)})`,
  };
}

/** Units that let no gradient through in any example. */
export const deadIn = ({ closed }: LayerView): number[] =>
  closed === undefined ? [] : Array.from(closed).flatMap((part, unit) => (part >= 1 ? [unit] : []));

/** A layer in a sentence. */
export function layerText(layer: LayerView, name: string, flow: Flow): string {
  if (flow === 'update') {
    const { updates } = layer;
    if (updates.length === 0) return `${name}: no parameters.`;
    return `${name}: update to data ${updates.map((each) => `10^${fixed(each.ratio, 1)} (${each.name})`).join(', ')}.`;
  }
  if (flow === 'gradient') {
    if (!Number.isFinite(layer.std)) return `${name}: no gradient that is a number.`;
    return `${name}: gradient by its outputs has std ${plain(layer.std, 2)}.`;
  }
  const { std, mean, notFinite, beyond, axis, saturated, kind } = layer;
  const odd = notFinite > 0 ? ` ${share(notFinite)} are no finite numbers.` : '';
  const far = beyond > 0 ? `, ${share(beyond)} beyond ±${plain(axis)}` : '';
  const dead = deadIn(layer).length;
  const shut =
    saturated === undefined
      ? ''
      : `, ${share(saturated)} ${word(kind)}, ${dead === 0 ? 'no unit' : `${dead} of ${layer.closed?.length} units`} dead on this batch`;
  return `${name}: mean ${fixed(mean, 2)}, std ${fixed(std, 2)}${far}${shut}.${odd}`;
}

/** The characters that are likeliest to follow, and the target. */
export function probabilitiesText(view: NetworkView, vocabulary: readonly string[], most = 5): string {
  const { probabilities, target } = view;
  const order = Array.from(probabilities, (p, token) => ({ p, token }))
    .sort((a, b) => b.p - a.p)
    .slice(0, most)
    .map(({ p, token }) => `${quoted(vocabulary, token)} ${share(p)}`);
  const end =
    target === undefined
      ? ''
      : `; the target ${quoted(vocabulary, target)} has ${share(probabilities[target])}`;
  return `Next character: ${order.join(', ')}${end}.`;
}

/** Whether a unit learns on this batch. */
export function unitText({ closed, outputs }: UnitView): string {
  if (closed === undefined) return '';
  const open = Math.round((1 - closed) * outputs.length);
  return open === 0
    ? `Dead on this batch: it lets no gradient through in any of ${outputs.length} examples.`
    : `Alive: it lets a gradient through in ${open} of ${outputs.length} examples.`;
}

/** Characters by the distance of their vectors from one, nearest first. */
export function nearestTo(
  token: number,
  table: ArrayLike<number>,
  characters: number,
): { token: number; distance: number }[] {
  const dimensions = table.length / characters;
  return Array.from({ length: characters }, (_, other) => {
    let squares = 0;
    for (let d = 0; d < dimensions; d++)
      squares += (table[token * dimensions + d] - table[other * dimensions + d]) ** 2;
    return { token: other, distance: Math.sqrt(squares) };
  })
    .filter((each) => each.token !== token)
    .sort((a, b) => a.distance - b.distance);
}

export interface StageText {
  title: string;
  formula: string;
  /** The formula with the numbers of one example, and of one unit where there are many. */
  numbers: string;
}

/** What happens in a stage; `unit`: the one whose numbers are told, where the layer has it. */
export function stageText(
  stage: Stage,
  view: NetworkView,
  { vocabulary, unit = 0 }: { vocabulary: readonly string[]; unit?: number },
): StageText {
  const { tokens, target, embedding, layers, examples, lr } = view;
  const names = namesOf(view);
  const context = tokens.map((token) => quoted(vocabulary, token)).join(', ');
  const dimensions = embedding.outputs.length / tokens.length;
  if (stage.at === 'gather')
    return {
      title: 'gather',
      formula: 'x = C[context]',
      numbers: `${context}: one row of C each, ${dimensions} numbers; first ${valuesText(embedding.outputs, 'forward')}`,
    };
  if (stage.at === 'loss') {
    const p = target === undefined ? undefined : view.probabilities[target];
    return {
      title: 'loss',
      formula: 'p = softmax(logits), loss = −ln p[target]',
      numbers: `−ln p[${quoted(vocabulary, target ?? 0)}] = −ln ${plain(p)} = ${fixed(view.loss, 2)}; mean of the minibatch ${fixed(view.batchLoss, 2)}`,
    };
  }
  if (stage.at === 'scatter')
    return {
      title: 'back to the vectors',
      formula: 'dL/dC[character] += dL/dx at each place of it',
      numbers: `${context}: ${valuesText(embedding.gradient, 'gradient')}`,
    };
  if (stage.at === 'update') return updateText(view, names, lr);
  const index = layers.findIndex(({ position }) => position === stage.position);
  const layer = layers[index];
  const before = layers[index - 1] ?? embedding;
  const name = names.get(layer.place) ?? layer.place;
  const at = Math.min(unit, layer.outputs.length - 1);
  return stage.at === 'forward'
    ? { title: name, ...forwardText(layer, before, at) }
    : {
        title: `back through ${name}`,
        ...backText(layer, before, { at, last: index === layers.length - 1, examples }),
      };
}

/** The first few numbers. */
const valuesText = (values: ArrayLike<number> | undefined, flow: Flow): string =>
  values === undefined
    ? 'none'
    : `${Array.from({ length: Math.min(3, values.length) }, (_, i) => valueText(values[i], flow)).join(', ')} …`;

type Told = Omit<StageText, 'title'>;

function forwardText(layer: LayerView, before: LayerView, at: number): Told {
  const { kind, outputs, scale, shift } = layer;
  const [y, x] = [outputs[at], before.outputs[at]];
  if (kind === 'Linear')
    return {
      formula: 'y = x W + b',
      numbers: `${before.outputs.length} numbers in, ${outputs.length} out; unit ${at}: ${fixed(y, 2)}`,
    };
  if (kind === 'BatchNorm1d') {
    const [gamma, beta] = [scale?.[at], shift?.[at]];
    return {
      formula: 'y = γ (x − mean) / std + β',
      numbers: `unit ${at}: x ${fixed(x, 2)}, γ ${fixed(gamma, 2)}, β ${fixed(beta, 2)}: y = ${fixed(y, 2)}`,
    };
  }
  const name = shortName(kind);
  return { formula: `y = ${name}(x)`, numbers: `unit ${at}: ${name}(${fixed(x, 2)}) = ${fixed(y, 2)}` };
}

function backText(
  layer: LayerView,
  before: LayerView,
  { at, last, examples }: { at: number; last: boolean; examples: number },
): Told {
  const { kind, outputs, gradient } = layer;
  const [dy, dx, y] = [gradient?.[at], before.gradient?.[at], outputs[at]];
  const begin = last ? `dL/dlogits = (p − 1 at the target) / ${examples}; ` : '';
  if (kind === 'Linear')
    return {
      formula: `${begin}dL/dx = dL/dy Wᵀ, dL/dW = xᵀ dL/dy`,
      numbers: `dL/dy ${valuesText(gradient, 'gradient')}; dL/dx ${valuesText(before.gradient, 'gradient')}`,
    };
  if (kind === 'BatchNorm1d')
    return {
      formula: `${begin}dL/dx = γ / std · (dL/dy less its mean, and less what follows x)`,
      numbers: `unit ${at}: dL/dy ${plain(dy, 2)}, dL/dx ${plain(dx, 2)}`,
    };
  if (kind === 'Tanh')
    return {
      formula: 'dL/dx = (1 − y²) dL/dy',
      numbers: `unit ${at}: (1 − ${fixed(y, 2)}²) · ${plain(dy, 2)} = ${plain(dx, 2)}`,
    };
  return {
    formula: `dL/dx = ${shortName(kind)}′(x) dL/dy`,
    numbers: `unit ${at}: dL/dy ${plain(dy, 2)}, dL/dx ${plain(dx, 2)}`,
  };
}

function updateText(view: NetworkView, names: ReadonlyMap<string, string>, lr: number): StageText {
  const told = [view.embedding, ...view.layers]
    .filter(({ kind, updates }) => updates.length > 0 && (hasParameters(kind) || kind === 'Embedding'))
    .map(({ place, updates }) => `${names.get(place)} ${fixed(updates[0].ratio, 1)}`);
  return {
    title: 'update',
    formula: `θ ← θ − ${plain(lr)} · dL/dθ`,
    numbers: `log₁₀ of update to data: ${told.slice(0, 4).join(', ')}${told.length > 4 ? ' …' : ''}`,
  };
}
