import { afterAll, test } from 'vitest';
import { temporaryFolder } from '../cli/command.js';
import { expectLongValuesCut, expectManyKeysCounted } from '../cli/large.js';

const { folder, remove } = temporaryFolder();
afterAll(remove);

// The format allows a header of 100 MB.
test('a checkpoint of 80 MB of metadata', () => expectLongValuesCut(folder, 4_000_000));
test('a checkpoint of a million keys', () => expectManyKeysCounted(folder, 1_000_000));
