import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'vitest';
import {
  BatchNorm1d,
  CrossEntropyLoss,
  Embedding,
  type Examples,
  Flatten,
  Generator,
  type Indices,
  Linear,
  load,
  Sequential,
  SGD,
  stepSchedule,
  Tanh,
  Trainer,
} from '../../src/index.js';
import { CheckpointError, saveCheckpoint, trainerState } from '../../src/interchange/index.js';

export const [V, CONTEXT, DIM, HIDDEN, BATCH] = [5, 2, 2, 6, 8];
export const examples: Examples = {
  x: Int32Array.from(new Generator(11).randint(0, V, 45 * CONTEXT)),
  y: Int32Array.from(new Generator(12).randint(0, V, 45)),
  count: 45,
};

const core = await load();

export function setUp(seed: number, { hidden = HIDDEN, bias = true } = {}) {
  const generator = new Generator(seed);
  const norm = new BatchNorm1d(hidden, { tracks: 'std' });
  const inner = new BatchNorm1d(V);
  const linear = new Linear(CONTEXT * DIM, hidden, { bias: false });
  const last = new Linear(hidden, V, { bias });
  const model = new Sequential<Indices>([
    new Embedding(V, DIM),
    new Flatten(),
    linear,
    norm,
    new Tanh(),
    new Sequential([last, inner]),
  ]);
  model.reserve(core, 16, CONTEXT);
  model.initialise(generator);
  const optimizer = new SGD(model.parameters(), { lr: stepSchedule(0.3, 15, 0.05) });
  const trainer = new Trainer({
    loss: new CrossEntropyLoss(),
    core,
    model,
    optimizer,
    examples,
    batchSize: BATCH,
    generator,
  });
  const bits = () =>
    [...model.parameters(), ...model.buffers()].map(({ value }) => [
      ...new Uint32Array(value.toArray().buffer),
    ]);
  /** All of it in one text: that is compared faster than element by element. */
  const text = () => {
    const { steps, lastLoss, generator } = trainerState(trainer);
    return [bits(), steps, lastLoss, generator].join(' ');
  };
  const both = { model, trainer };
  return { both, model, norm, inner, linear, last, optimizer, trainer, bits, text };
}

/** A trained model's checkpoint; small, so that a damage at any place can be tried. */
export function saved() {
  const net = setUp(1);
  for (let i = 0; i < 10; i++) net.trainer.step();
  const { model, trainer } = net;
  return { ...net, bytes: saveCheckpoint({ model, trainer, metadata: { note: 'π "quoted"\n' } }) };
}

export interface Parts {
  header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  metadata: Record<string, string>;
  data: Uint8Array;
}

/** The parts of a safetensors file, read apart from the library. */
export function parts(bytes: Uint8Array): Parts {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { __metadata__: metadata, ...header } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + length)),
  );
  return { header, metadata, data: bytes.slice(8 + length) };
}

export function assemble({ header, metadata, data }: Parts): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ ...header, __metadata__: metadata }));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** The file with a change that its checksum, made anew, does not tell. */
export function signed(bytes: Uint8Array, edit: (file: Parts) => void): Uint8Array {
  const file = parts(bytes);
  edit(file);
  delete file.metadata.checksum;
  file.metadata.checksum = checksum(file);
  return assemble(file);
}

/** The SHA-256 of metadata and tensors in the order of their names, written apart from the library. */
function checksum({ header, metadata, data }: Parts): string {
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const hash = sha256.create();
  const keys = Object.keys(metadata).sort();
  hash.update(encode(keys.map((key) => [key, metadata[key]])));
  for (const name of Object.keys(header).sort()) {
    const { shape, data_offsets: offsets } = header[name];
    hash.update(encode([name, shape])).update(data.subarray(...offsets));
  }
  return bytesToHex(hash.digest());
}

export function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return (error as Error).message;
  }
  throw new Error('expected a CheckpointError, got none');
}
