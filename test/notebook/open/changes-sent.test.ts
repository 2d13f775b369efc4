import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CellState } from '../../../src/notebook/session.js';
import { Changes } from '../../../src/page/notebook/engine/changes.js';
import type { Change } from '../../../src/page/notebook/engine/protocol.js';

const state = (status: CellState['status'], done?: number): CellState => ({
  status,
  outputs: [],
  ...(done !== undefined && { progress: { done, of: 1e5 } }),
});

test('a cell that begins or ends is sent at once, with all that waits; of progress between, the newest', () => {
  const sent: Change[][] = [];
  const changes = new Changes((each) => sent.push([...each]));
  changes.add(1, state('running'));
  expect(sent).toEqual([[[1, state('running')]]]);
  for (let done = 0; done < 1e4; done++) changes.add(1, state('running', done));
  // However slow it is, not each one.
  expect(sent.length).toBeLessThan(1e4);
  changes.add(2, state('running'));
  expect(sent.at(-1)).toContainEqual([2, state('running')]);
  changes.add(1, state('running', 10_001));
  changes.add(1, state('done'));
  expect(sent.at(-1)).toContainEqual([1, state('done')]);
  const before = sent.length;
  changes.send();
  expect(sent.length).toBe(before);
});

describe('while no frame passes', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('the first eight outputs of a cell are sent as they come: what follows may hold the worker', () => {
    const sent: Change[][] = [];
    const changes = new Changes((each) => sent.push([...each]));
    const shown = (count: number): CellState => ({
      status: 'running',
      outputs: Array.from({ length: count }, (_, i) => ({ kind: 'text', text: `${i}` })),
    });
    for (let count = 0; count < 2000; count++) changes.add(1, shown(count));
    expect(sent).toEqual(Array.from({ length: 9 }, (_, count) => [[1, shown(count)]]));
    // Of the flood behind them one a frame, the newest.
    vi.advanceTimersByTime(16);
    expect(sent.slice(9)).toEqual([[[1, shown(1999)]]]);
  });
});
