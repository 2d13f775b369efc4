#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { UsageError } from './errors.js';
import { trainCommand } from './train.js';
import { version } from './version.js';

const program = new Command('lanewise')
  .description('Small neural networks that train and explain themselves, with the same numbers as PyTorch.')
  .version(version)
  .addCommand(trainCommand)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'lanewise: ')) });
for (const command of program.commands) command.copyInheritedSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof UsageError) {
    console.error(`lanewise: ${error.message}`);
    process.exitCode = 2;
  } else throw error;
}
