#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { printable } from 'lanewise';
import { reasonOf, UsageError } from './errors.js';
import { experimentCommand } from './experiment.js';
import { inspectCommand } from './inspect.js';
import { lectureCommand } from './lecture.js';
import { suggestion } from './nearest.js';
import { notebookCommand } from './notebook.js';
import { type TrainOptions, trainCommand } from './options.js';
import { sampleCommand } from './sample.js';
import { train } from './train.js';
import { version } from './version.js';

const program = new Command('lanewise')
  .description('Small neural networks that train and explain themselves, with the same numbers as PyTorch.')
  .version(version, '-V, --version', 'show the version')
  .helpOption('-h, --help', 'show this help')
  .helpCommand(false)
  .addCommand(experimentCommand)
  .addCommand(lectureCommand)
  .addCommand(notebookCommand)
  .addCommand(trainCommand.action((options: TrainOptions, command: Command) => train(options, command)))
  .addCommand(sampleCommand)
  .addCommand(inspectCommand)
  .addCommand(
    new Command('help')
      .description('show the help of a command')
      .argument('[command]')
      .helpOption('-h, --help', 'show this help')
      .action(help),
  )
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(`${printable(wording(text).trimEnd())}\n`) });
// The action says which argument was too many.
for (const command of program.commands) command.copyInheritedSettings(program).allowExcessArguments();

/** Errors: UsageError for a command that is not there, which commander's own passes over in silence, or one too many. */
function help(name: string | undefined, _: object, { args }: Command): void {
  if (args.length > 1) throw new UsageError(`help: expected one command, got '${args[1]}' too`);
  const all = program.commands;
  const command = name === undefined ? program : all.find((each) => each.name() === name);
  if (command === undefined) {
    const near = suggestion(
      name ?? '',
      all.map((each) => each.name()),
    );
    throw new UsageError(`unknown command '${name}'${near || '; see lanewise --help'}`);
  }
  command.outputHelp();
}

/** The parser's messages in the form of all others: `lanewise: what is wrong; what may help`. */
function wording(text: string): string {
  const command = program.commands.some((each) => each.name() === process.argv[2])
    ? ` ${process.argv[2]}`
    : '';
  return text
    .replace(/^error: /, 'lanewise: ')
    .replace(/option '(?:-\w, )?(\S+) (\S+)' argument missing/, '$1: expected a value $2, got none')
    .replace(/\n\(Did you mean (.+)\?\)/, '; did you mean $1?')
    .replace(/^(lanewise: unknown (?:option|command) '[^;]*')\n/, `$1; see lanewise${command} --help\n`);
}

// A reader that has had enough (`| head`) is no error to speak of; a full disk is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exitCode = 141;
  else if (process.exitCode !== 1) {
    console.error(`lanewise: the output cannot be written: ${reasonOf(error)}`);
    process.exitCode = 1;
  }
});
process.stderr.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof UsageError) {
    console.error(`lanewise: ${printable(error.message)}`);
    process.exitCode = 2;
  } else throw error;
}
