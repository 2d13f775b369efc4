import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CheckpointError, loadCheckpoint, readCheckpoint } from '../../src/interchange/index.js';
import { runs } from '../platform/properties.js';
import { saved, setUp } from './saved.js';

/** A damaged file is refused and changes nothing, or means the same as the whole one. */
function tryDamaged(damaged: Uint8Array, whole: ReturnType<typeof saved>): 'refused' | 'same' {
  const net = setUp(7);
  const before = net.text();
  try {
    loadCheckpoint(damaged, net.both);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    expect(net.text()).toBe(before);
    return 'refused';
  }
  expect(net.text()).toBe(whole.text());
  expect(readCheckpoint(damaged)).toEqual(readCheckpoint(whole.bytes));
  return 'same';
}

describe('damage anywhere', () => {
  test('a flipped byte', () => {
    const whole = saved();
    const { bytes } = whole;
    const counts = { refused: 0, same: 0 };
    const place = fc.oneof(fc.nat(7), fc.nat(400), fc.nat(bytes.length - 1));
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = bytes.slice();
        damaged[at] ^= mask;
        counts[tryDamaged(damaged, whole)]++;
      }),
      { numRuns: runs(120) },
    );
    // Only white space may turn into other white space.
    expect(counts.refused).toBeGreaterThan(0.97 * (counts.refused + counts.same));
  });

  test('a file cut short, at any length', () => {
    const whole = saved();
    fc.assert(
      fc.property(fc.nat(whole.bytes.length - 1), (length) => {
        expect(tryDamaged(whole.bytes.slice(0, length), whole)).toBe('refused');
      }),
      { numRuns: runs(60) },
    );
  });

  test('a stretch that another overwrote', () => {
    const whole = saved();
    const n = whole.bytes.length;
    fc.assert(
      fc.property(fc.nat(n - 1), fc.nat(n - 1), fc.integer({ min: 1, max: 64 }), (from, to, length) => {
        const damaged = whole.bytes.slice();
        damaged.copyWithin(to, from, from + length);
        const same = damaged.every((byte, i) => byte === whole.bytes[i]);
        expect(tryDamaged(damaged, whole)).toBe(same ? 'same' : 'refused');
      }),
      { numRuns: runs(60) },
    );
  });
});
