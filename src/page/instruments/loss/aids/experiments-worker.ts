import { expose } from 'comlink';
import { builtInNames, type NameList, parseNames, Vocabulary } from 'lanewise/makemore';
import type { NamesFile } from '../../../engine/protocol.js';
import { exampleLosses } from './example-losses.js';
import type { Experiments } from './experiments.js';
import { checks } from './torch-check.js';

const listOf = async (names: NamesFile | undefined): Promise<NameList> =>
  names === undefined ? builtInNames() : parseNames(names.bytes, names.source);

const count = (n: number, one: string): string => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;

const experiments: Experiments = {
  async compareWithTorch(names, report) {
    const list = await listOf(names);
    for await (const check of checks(list.lecture ? list : await builtInNames())) await report(check);
  },
  async exampleLosses(checkpoint, names, n) {
    return exampleLosses(checkpoint, await listOf(names), n);
  },
  async readNames(text) {
    try {
      const { names, blankLines } = parseNames(new TextEncoder().encode(text), 'your text');
      const characters = new Vocabulary(names).size - 1;
      const blank = blankLines > 0 ? `, ${count(blankLines, 'blank line')} skipped` : '';
      const message = `Read: ${count(names.length, 'name')} of ${count(characters, 'different character')}${blank}.`;
      return { accepted: true, message };
    } catch (error) {
      return { accepted: false, message: error instanceof Error ? error.message : String(error) };
    }
  },
};

expose(experiments);
