/** What the stacks compute with: loaded when the first of them is. */
export { Generator, Linear, load, Tanh } from 'lanewise';
export { summarise } from 'lanewise/diagnostics';
