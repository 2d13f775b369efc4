import { builtInNames, type DeepSettings, type MlpSettings, parseNames, Run } from 'lanewise/makemore';
import { presets } from '../../../src/page/settings/fields.js';

type Changes = ({ net: 'mlp' } & Partial<MlpSettings>) | ({ net: 'deep' } & Partial<DeepSettings>);

interface Options {
  /** One a line; otherwise the built-in ones. */
  names?: string;
  /** Whether the losses of all splits are measured at the end. */
  evaluate?: boolean;
}

/** The record of a run of so many steps, made here in Node. */
export async function trained(changes: Changes, steps: number, { names, evaluate = false }: Options = {}) {
  const list = await (names === undefined
    ? builtInNames()
    : parseNames(new TextEncoder().encode(names), 'names'));
  const run = await Run.prepare(list, { ...presets[changes.net], ...changes } as MlpSettings | DeepSettings);
  try {
    await run.train({ until: steps });
    if (evaluate) await run.evaluate();
    return run.record('test');
  } finally {
    run.dispose();
  }
}
