/** What the stacks compute with: loaded when the first of them is. */
export { Generator, Linear, load, summarise, Tanh } from 'lanewise';
