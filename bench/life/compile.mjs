// A process of its own: engines keep what they have compiled. node compile.mjs MODULE; prints JSON, in milliseconds.
import { readFileSync } from 'node:fs';

const bytes = readFileSync(process.argv[2]);
const start = performance.now();
const module = await WebAssembly.compile(bytes);
const compiled = performance.now();
const env = {
  abort() {
    throw new Error('the module stopped');
  },
};
const { exports } = await WebAssembly.instantiate(module, { env });
const instantiated = performance.now();
console.log(
  JSON.stringify({
    compile: compiled - start,
    instantiate: instantiated - compiled,
    exports: Object.keys(exports).length,
  }),
);
