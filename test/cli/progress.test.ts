import { expect, test } from 'vitest';
import { Progress, Stages } from '../../src/cli/progress.js';

/** A clock that stands still, and what is said by it. */
function clock() {
  const said: string[] = [];
  const time = { ms: 1000 };
  return { time, said, options: { now: () => time.ms, say: (line: string) => said.push(line) } };
}

test('without a terminal, a line tells how far a training is where for half a minute there was none', () => {
  const { time, said, options } = clock();
  const progress = new Progress(200_000, false, { ...options, from: 1000 });
  for (let step = 1000; step <= 7000; step += 100) {
    progress.update(step);
    time.ms += 1000;
  }
  expect(said).toEqual([
    'step 4,000 of 200,000: 2%, 32 min 40 s left',
    'step 7,000 of 200,000: 3%, 32 min 10 s left',
  ]);
});

test('nothing is said of what is fast, by a quiet command, or beside the lines of the output', () => {
  const { time, said, options } = clock();
  const fast = new Progress(100, false, options);
  const quiet = new Progress(100, false, { ...options, quiet: true });
  for (let step = 0; step < 100; step++) {
    fast.update(step);
    time.ms += 290;
    quiet.update(step);
  }
  time.ms += 100_000;
  quiet.update(100);
  expect(said).toEqual([]);
});

test('each stage has its own name and its own time', () => {
  const { time, said, options } = clock();
  const stages = new Stages(false, options);
  for (const what of ['evaluating train, running statistics', 'calibrating'])
    for (let done = 256; done <= 2560; done += 256) {
      stages.update(what, done, 2560);
      time.ms += 10_000;
    }
  stages.clear();
  expect(said).toEqual([
    'evaluating train, running statistics, 1,024 of 2,560: 40%, 45 s left',
    'evaluating train, running statistics, 1,792 of 2,560: 70%, 26 s left',
    'evaluating train, running statistics, 2,560 of 2,560: 100%, 0 s left',
    'calibrating, 1,024 of 2,560: 40%, 45 s left',
    'calibrating, 1,792 of 2,560: 70%, 26 s left',
    'calibrating, 2,560 of 2,560: 100%, 0 s left',
  ]);
});
