import { came, isUint8Array } from '../core/kind.js';
import type { Generator } from './generator.js';

// torch's CPUGeneratorImplState (aten/src/ATen/CPUGeneratorImpl.cpp), little-endian:
//
//   0     uint64       seed
//   8     int32        left
//   12    int32        seeded, 1
//   16    uint64       next
//   24    uint64[624]  the words of the Mersenne Twister
//   5016  double[3]    normal_x, normal_y, normal_rho; y is the cached normal, the others are 0
//   5040  int32        whether y is valid (then 4 bytes of padding)
//   5048  float        the cached float normal
//   5052  bool         whether it is valid (then 3 bytes of padding)
const BYTES = 5056;
const LEFT = 8;
const SEEDED = 12;
const NEXT = 16;
const WORDS = 24;
const NORMAL = 5024;
const NORMAL_VALID = 5040;
const FLOAT_NORMAL = 5048;
const FLOAT_NORMAL_VALID = 5052;

/**
 * The whole state of a generator: the 5056 bytes of torch's `Generator.get_state()`, which torch's `set_state` takes as well.
 *
 * Errors: TypeError for what is no Generator.
 */
export function getRngState(generator: Generator): Uint8Array {
  const { seed, twister, cachedNormal, cachedFloatNormal } = stateOf('getRngState', generator);
  const bytes = new Uint8Array(BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, seed, true);
  view.setInt32(LEFT, twister.left, true);
  view.setInt32(SEEDED, 1, true);
  view.setUint32(NEXT, twister.next, true);
  twister.state.forEach((word, i) => {
    view.setUint32(WORDS + 8 * i, word, true);
  });
  if (cachedNormal !== undefined) {
    view.setFloat64(NORMAL, cachedNormal, true);
    view.setInt32(NORMAL_VALID, 1, true);
  }
  if (cachedFloatNormal !== undefined) {
    view.setFloat32(FLOAT_NORMAL, cachedFloatNormal, true);
    bytes[FLOAT_NORMAL_VALID] = 1;
  }
  return bytes;
}

/**
 * Gives a generator a state of `getRngState` or of torch's `get_state()`: its draws go on from there. Returns the generator.
 *
 * Errors: RangeError for another number of bytes or a state no generator has; TypeError unless a Uint8Array, or for what is
 * no Generator; then it is unchanged.
 */
export function setRngState(generator: Generator, bytes: Uint8Array): Generator {
  const into = stateOf('setRngState', generator);
  if (!isUint8Array(bytes)) {
    throw new TypeError(`setRngState: expected a Uint8Array, got ${came(bytes)}`);
  }
  if (bytes.length !== BYTES) {
    throw new RangeError(`setRngState: expected ${BYTES} bytes, got ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, BYTES);
  const left = view.getInt32(LEFT, true);
  const seeded = view.getInt32(SEEDED, true);
  const next = view.getBigUint64(NEXT, true);
  // The last condition torch leaves out; a state that fails it would draw words from behind the block.
  if (seeded !== 1 || left < 1 || left > 624 || next > 624n || left + Number(next) > 625) {
    throw new RangeError(
      'setRngState: expected a Mersenne Twister with seeded 1, left from 1 to 624, left + next to 625, ' +
        `got seeded ${seeded}, left ${left}, next ${next}`,
    );
  }
  const { twister } = into;
  for (let i = 0; i < twister.state.length; i++) twister.state[i] = view.getUint32(WORDS + 8 * i, true);
  twister.left = left;
  twister.next = Number(next);
  into.seed = view.getBigUint64(0, true);
  into.cachedNormal = view.getInt32(NORMAL_VALID, true) !== 0 ? view.getFloat64(NORMAL, true) : undefined;
  into.cachedFloatNormal = bytes[FLOAT_NORMAL_VALID] !== 0 ? view.getFloat32(FLOAT_NORMAL, true) : undefined;
  return generator;
}

function stateOf(place: string, generator: Generator): Generator['state'] {
  if (generator?.state?.twister === undefined)
    throw new TypeError(`${place}: expected a Generator, got ${came(generator)}`);
  return generator.state;
}
