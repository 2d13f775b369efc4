import { decodeBase64, encodeBase64 } from '../core/base64.js';
import { expectOptions, expectTensor } from '../core/expect.js';
import { came } from '../core/kind.js';
import type { Layer } from '../nn/layer.js';
import { placedLayers } from '../nn/sequential.js';
import { type PlateauState, ReduceLROnPlateau } from '../optim/schedules.js';
import type { Trainer } from '../train/trainer.js';
import {
  type Checkpoint,
  CheckpointError,
  type CheckpointTensor,
  checksum,
  negativeSpread,
  OWN,
  readCheckpoint,
  VERSION,
  wrongMetadata,
} from './checkpoint-file.js';
import { type Bytes, shown, writeSafetensors } from './safetensors.js';
import {
  expectParameters,
  type Model,
  type Slot,
  slotOf,
  slotsOf,
  slotsOfCalibrated,
  transpose,
} from './slots.js';
import {
  type DrawnState,
  drawnProblem,
  restoreTrainer,
  type TrainerState,
  trainerState,
} from './trainer-state.js';

/** What `saveCheckpoint` writes. */
export interface SaveCheckpointOptions {
  model: Model;
  /** With it the step, the last loss and the state of the minibatches' generator are saved too. */
  trainer?: Trainer | undefined;
  /**
   * More to keep. The keys `lanewise`, `architecture`, `step`, `last_loss`, `lr`, `generator`, `layer_generators`, `plateaus`,
   * `optimizer` and `checksum` are the library's.
   */
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** What `loadCheckpoint` puts a checkpoint into. */
export interface LoadCheckpointOptions {
  /** Of the architecture that was saved, reserved. */
  model: Model;
  /** Of that model: goes on from the step that was saved. */
  trainer?: Trainer | undefined;
  /** What errors call the checkpoint, such as the path of the file. */
  source?: string | undefined;
}

const RESERVED = [
  'lanewise',
  'architecture',
  'step',
  'last_loss',
  'lr',
  'generator',
  'layer_generators',
  'plateaus',
  'optimizer',
  'checksum',
];
/** Before the names of the optimizer's state. */
const OPTIMIZER = 'optimizer.';

/**
 * The model as the bytes of a safetensors file.
 *
 * Names and shapes are those of torch's `state_dict()` of the same `nn.Sequential`: the position of the layer, then
 * `weight`, `bias`, `running_mean`, `running_var`. So the weight of a `Linear` is written transposed, (outFeatures,
 * inFeatures), and gamma and beta of a `BatchNorm1d` are its `weight` and `bias`; where it tracks the deviation, that
 * is `running_std`, which torch has not. Calibrated statistics, where there are some, follow as `calibrated_mean` and
 * `calibrated_var` or `calibrated_std`, (numFeatures); torch's `load_state_dict` takes them with `strict=False`. With a
 * trainer, what its optimizer keeps follows as `optimizer.0.exp_avg` and the like, by the place of the parameter.
 *
 * `architecture` in the metadata is a JSON list of the layers as they print, such as `Linear(30, 200)`, and null for one
 * of another class that does not say what it is. `checksum` in the metadata is the SHA-256 of all the rest, tensors and metadata, whatever their order in the file.
 *
 * Errors: TypeError for a metadata key of the library's own, text that is none, or two tensors of one name; RangeError for a
 * running or calibrated spread below 0, which could not be loaded; Error for a model without initial parameters.
 */
export function saveCheckpoint(options: SaveCheckpointOptions): Bytes {
  expectOptions('saveCheckpoint', options, ['model', 'trainer', 'metadata']);
  const { model, trainer, metadata = {} } = options;
  expectSame('saveCheckpoint', model, trainer);
  expectParameters('saveCheckpoint', model);
  const meta = new Map<string, string>([
    ['lanewise', String(VERSION)],
    ['architecture', JSON.stringify(architectureOf(model))],
  ]);
  if (trainer !== undefined) {
    const { steps, lastLoss, generator, drawn } = trainerState(trainer);
    meta.set('step', String(steps));
    if (lastLoss !== undefined) meta.set('last_loss', String(lastLoss));
    const lr = nextRate(trainer);
    if (lr !== undefined) meta.set('lr', String(lr));
    // Minibatches from elsewhere are drawn by none.
    if (generator.length > 0) meta.set('generator', encodeBase64(generator));
    if (drawn !== undefined)
      meta.set(
        'layer_generators',
        JSON.stringify(drawn.map((one) => ({ ...one, state: encodeBase64(one.state) }))),
      );
    const plateaus = plateausOf(trainer);
    if (plateaus.size > 0) meta.set('plateaus', plateausText(plateaus));
    if (slotsOfOptimizer(trainer).length > 0) meta.set('optimizer', String(trainer.optimizer));
  }
  if (Object.prototype.toString.call(metadata) !== '[object Object]')
    throw new TypeError(
      `saveCheckpoint: expected metadata to be an object of text by key, got ${came(metadata)}`,
    );
  for (const [key, value] of Object.entries(metadata)) {
    if (RESERVED.includes(key))
      throw new TypeError(`saveCheckpoint: expected a metadata key of your own, got '${key}'`);
    if (typeof value !== 'string')
      throw new TypeError(`saveCheckpoint: expected metadata '${key}' to be text, got ${typeof value}`);
    meta.set(key, value);
  }
  const tensors = new Map<string, CheckpointTensor>();
  const calibrated = slotsOfCalibrated(model).filter(({ layer }) => layer.calibrated);
  const slots = [
    ...slotsOf(model),
    ...calibrated.flatMap((norm) => norm.slots),
    ...(trainer === undefined ? [] : slotsOfOptimizer(trainer)),
  ];
  for (const { name, shape, tensor, transposed } of slots) {
    if (tensors.has(name))
      throw new TypeError(`saveCheckpoint: expected one tensor named '${name}', got two`);
    expectTensor('saveCheckpoint', `'${shown(name)}'`, tensor.core, 'float32', tensor);
    const values = tensor.toArray();
    const negative = negativeSpread(name, values);
    if (negative !== undefined)
      throw new RangeError(`saveCheckpoint: expected '${shown(name)}' to be 0 or more, got ${negative}`);
    tensors.set(name, { shape, data: transposed ? transpose(values, shape[1], shape[0]) : values });
  }
  meta.set('checksum', checksum(meta, tensors));
  return writeSafetensors(meta, tensors);
}

/**
 * Sets the model, and the trainer where there is one, to what `saveCheckpoint` wrote; returns what else is in the
 * file. A layer whose calibrated statistics the file has not has none. A refused file changes nothing.
 *
 * Errors: CheckpointError for a file that is damaged, cut short, of another program, of a later version, or of another
 * architecture; TypeError for a trainer of another model.
 */
export function loadCheckpoint(bytes: Uint8Array | ArrayBuffer, options: LoadCheckpointOptions): Checkpoint {
  expectOptions('loadCheckpoint', options, ['model', 'trainer', 'source']);
  const { model, trainer, source = 'checkpoint' } = options;
  expectSame('loadCheckpoint', model, trainer);
  const checkpoint = readCheckpoint(bytes, source);
  const { metadata, tensors } = checkpoint;
  expectArchitecture(source, metadata.get('architecture'), model);
  const calibrated = slotsOfCalibrated(model).filter(({ slots }) =>
    slots.some(({ name }) => tensors.has(name)),
  );
  const kept = trainer === undefined ? [] : slotsOfOptimizer(trainer);
  if (trainer !== undefined) expectOptimizer(source, metadata.get('optimizer'), trainer, kept.length > 0);
  const slots = [...slotsOf(model), ...calibrated.flatMap((layer) => layer.slots), ...kept];
  // Without a trainer, what its optimizer kept is of no use.
  const names = [...tensors.keys()];
  const unknown = new Set(
    trainer === undefined ? names.filter((name) => !name.startsWith(OPTIMIZER)) : names,
  );
  for (const { name, shape } of slots) {
    const saved = tensors.get(name);
    const expected = `${source}: expected '${name}' of shape (${shape.join(', ')}), as the model has`;
    if (saved === undefined) throw new CheckpointError(`${expected}, got no such tensor`);
    if (saved.shape.join() !== shape.join())
      throw new CheckpointError(`${expected}, got shape (${shown(saved.shape.join(', '))})`);
    unknown.delete(name);
  }
  for (const name of unknown)
    throw new CheckpointError(`${source}: expected the tensors of the model only, got '${shown(name)}' too`);
  const state = trainer && savedState(checkpoint, source, trainer.parts.sampler !== undefined);
  const problem = drawnProblem(model as Layer, state?.drawn ?? []);
  if (problem !== undefined) throw new CheckpointError(`${source}: ${problem}`);

  const plateaus = trainer && savedPlateaus(source, metadata.get('plateaus'), plateausOf(trainer));

  // Nothing is refused from here on, but a trainer at work, and that before the first tensor.
  if (trainer !== undefined && state !== undefined) restoreTrainer(trainer, state);
  for (const [plateau, saved] of plateaus ?? []) plateau.restore(saved);
  for (const { name, shape, tensor, transposed } of slots) {
    const { data } = tensors.get(name) as CheckpointTensor;
    tensor.set(transposed ? transpose(data, shape[0], shape[1]) : data);
  }
  for (const { layer } of slotsOfCalibrated(model))
    layer.calibrated = calibrated.some((saved) => saved.layer === layer);
  return checkpoint;
}

/** A schedule may end with its run: then there is no rate of the next step. */
function nextRate({ optimizer }: Trainer): number | undefined {
  try {
    const { lr } = optimizer;
    return typeof lr === 'number' && lr >= 0 && lr < Infinity ? lr : undefined;
  } catch {
    return undefined;
  }
}

/** `draws`: whether the trainer draws its minibatches. */
function savedState({ metadata }: Checkpoint, source: string, draws: boolean): TrainerState {
  const given = (key: string): string => {
    const value = metadata.get(key);
    if (value === undefined) throw wrongMetadata(source, key, OWN[key]?.what ?? '', value);
    return value;
  };
  const steps = Number(given('step'));
  const lastLoss = steps === 0 && !metadata.has('last_loss') ? undefined : Number(given('last_loss'));
  const listed: (Omit<DrawnState, 'state'> & { state: string })[] = JSON.parse(
    metadata.get('layer_generators') ?? '[]',
  );
  const drawn = listed.map(({ state, ...rest }) => ({ ...rest, state: decodeBase64(state) }));
  const generator = draws ? decodeBase64(given('generator')) : new Uint8Array(0);
  return { steps, lastLoss, generator, drawn };
}

/** What the optimizer keeps from step to step, by the place of its parameter. */
const slotsOfOptimizer = ({ optimizer }: Trainer): Slot[] =>
  (optimizer.buffers?.() ?? []).map(({ name, value }) => slotOf(OPTIMIZER + name, value));

/** The learning rates that fall on a plateau, by the group of parameters that has each. */
const plateausOf = ({ optimizer }: Trainer): Map<number, ReduceLROnPlateau> => {
  const { groups = [] } = optimizer as { groups?: readonly { options: { lr?: unknown } }[] };
  const rates = groups.map(({ options }, group) => [group, options.lr] as const);
  return new Map(
    rates.filter((each): each is [number, ReduceLROnPlateau] => each[1] instanceof ReduceLROnPlateau),
  );
};

/** JSON has no infinity: a plateau that has measured nothing has no best. */
const plateausText = (plateaus: ReadonlyMap<number, ReduceLROnPlateau>): string =>
  JSON.stringify(
    Array.from(plateaus, ([group, plateau]) => ({ group, ...plateau.state() })),
    (key, value) => (key === 'best' && value === Infinity ? undefined : value),
  );

/** Each with its state in the file; those of a file from before they were kept stay as they are. */
function savedPlateaus(
  source: string,
  text: string | undefined,
  own: ReadonlyMap<number, ReduceLROnPlateau>,
): [ReduceLROnPlateau, PlateauState][] {
  if (text === undefined) return [];
  const saved: (PlateauState & { group: number })[] = JSON.parse(text);
  const told = (groups: number[]) => groups.join(', ') || 'none';
  const [ours, theirs] = [told([...own.keys()]), told(saved.map(({ group }) => group))];
  if (ours !== theirs)
    throw new CheckpointError(
      `${source}: expected the state of a ReduceLROnPlateau of parameter group ${ours}, as the optimizer has it, got ${theirs}`,
    );
  return saved.map(({ group, ...state }) => [
    own.get(group) as ReduceLROnPlateau,
    { ...state, best: state.best ?? Infinity },
  ]);
}

/** The state of one optimizer is of no use to another. */
function expectOptimizer(
  source: string,
  saved: string | undefined,
  { optimizer }: Trainer,
  keeps: boolean,
): void {
  const own = keeps ? String(optimizer) : undefined;
  if (saved !== own)
    throw new CheckpointError(
      `${source}: expected the state of ${own ?? 'an optimizer that keeps none'}, as the trainer has it, got ` +
        `${saved === undefined ? 'none' : `that of ${shown(saved)}`}`,
    );
}

/** Each layer as it prints; null for one that does not say what it is. */
const architectureOf = (model: Model): (string | null)[] =>
  placedLayers(model as Layer).map(({ layer }) => {
    const text = String(layer);
    return text.startsWith('[') ? null : text;
  });

/** A file from before checkpoints knew theirs is taken by its tensors alone. */
function expectArchitecture(source: string, saved: string | undefined, model: Model): void {
  if (saved === undefined) return;
  const [theirs, ours]: (string | null)[][] = [JSON.parse(saved), architectureOf(model)];
  const positions = placedLayers(model as Layer).map(({ position }) => position);
  if (theirs.length !== ours.length)
    throw new CheckpointError(
      `${source}: expected ${ours.length} layers, as the model has, got ${theirs.length}`,
    );
  ours.forEach((own, i) => {
    const other = theirs[i];
    if (own !== null && other !== null && own !== other)
      throw new CheckpointError(
        `${source}: expected layer ${positions[i]} to be ${own}, as in the model, got ${shown(other)}`,
      );
  });
}

function expectSame(place: string, model: Model, trainer: Trainer | undefined): void {
  if (!Array.isArray(model?.layers))
    throw new TypeError(`${place}: expected model to be a Sequential, got ${came(model)}`);
  if (trainer !== undefined && trainer.model !== model)
    throw new TypeError(`${place}: expected the trainer of the model, got that of another`);
}
