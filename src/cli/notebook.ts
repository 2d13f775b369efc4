import { Command } from 'commander';
import { UsageError } from './errors.js';
import { option } from './options.js';
import { file } from './values.js';

export interface NotebookOptions {
  run: boolean;
  long: boolean;
  names?: string;
  ipynb?: string;
}

export const notebookCommand = new Command('notebook')
  .description(
    'Lists the cells of a notebook, or runs them: what each shows, beside what PyTorch printed in its place.',
  )
  .argument('[file]', 'a notebook in Observable’s format, .html, or Jupyter’s, .ipynb')
  .option('--run', 'run the cells', false)
  .option('--long', 'with --run: train for the lecture’s 200,000 steps, where a cell leaves that open', false)
  .addOption(
    option(
      '--names <file>',
      'with --run: names to learn from, UTF-8, one a line (default: built-in ones)',
      file,
    ),
  )
  .addOption(
    option(
      '--ipynb <file>',
      'write it as a Jupyter notebook for Deno’s kernel, whose cells import npm:lanewise',
      file,
    ),
  )
  .helpOption('-h, --help', 'show this help')
  .addHelpText(
    'after',
    `
The cells run with the rights of this program: run what you have read.

Exit codes:
  0    done, and every value agrees
  1    a value differs, or a cell failed
  2    an option or a file cannot be used
  130  stopped by Ctrl-C (other signals: 128 + their number)`,
  )
  .action(action);

async function action(path: string | undefined, options: NotebookOptions, command: Command): Promise<void> {
  if (path === undefined || path === '')
    throw new UsageError(`notebook: expected a file, got ${path === undefined ? 'none' : "''"}`);
  const { args } = command;
  if (args.length > 1) throw new UsageError(`notebook: expected one file, got '${args[1]}' too`);
  const { run, long, names } = options;
  if (!run && (long || names !== undefined))
    throw new UsageError(`${long ? '--long' : '--names'}: expected --run with it, got none`);
  // What reads and runs notebooks is larger than all other commands, which need not wait for it.
  const { notebook } = await import('./run-notebook.js');
  await notebook(path, options);
}
