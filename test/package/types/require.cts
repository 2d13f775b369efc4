// A program in CommonJS, in a Node that can require modules.
import lanewise = require('lanewise');
import makemore = require('lanewise/makemore');

export const started = (): Promise<lanewise.Core> => lanewise.load();
export const names: number = makemore.cells.length;
