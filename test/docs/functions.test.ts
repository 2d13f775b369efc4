import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { functionTable } from './functions.js';

test('the table of functions in the documentation is the one that the tests and the sweep go by', () => {
  expect(readFileSync('docs/pytorch-and-onnx.md', 'utf8')).toContain(`\n${functionTable()}\n`);
});
