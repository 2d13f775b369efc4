// A program in CommonJS, in a Node that can require modules.
import lanewise = require('lanewise');
import diagnostics = require('lanewise/diagnostics');
import makemore = require('lanewise/makemore');

export const started = (): Promise<lanewise.Core> => lanewise.load();
export const fingerprint: (parameters: lanewise.Parameter[]) => string = diagnostics.fingerprint;
export const names: number = makemore.cells.length;
