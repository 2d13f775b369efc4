import type { Run } from 'lanewise/makemore';
import type { RunInfo } from './protocol.js';

/** What is known of a run before its first step. */
export function infoOf(id: number, { settings, names, dataset, core, parameters }: Run): RunInfo {
  return {
    id,
    settings,
    names: {
      source: names.source,
      sha256: names.sha256,
      count: names.names.length,
      blankLines: names.blankLines,
      lecture: names.lecture,
    },
    parameters,
    memory: core.f32.byteLength,
    vocabulary: dataset.vocabulary.tokens,
    examples: { train: dataset.train.count, val: dataset.val.count, test: dataset.test.count },
    backend: core.backend,
    arithmetic: core.arithmetic,
    reason: core.reason,
  };
}
