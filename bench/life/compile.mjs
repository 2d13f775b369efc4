// A process of its own: engines keep what they have compiled. node compile.mjs MODULE…; prints JSON, in milliseconds.
import { readFileSync } from 'node:fs';

const files = process.argv.slice(2).map((path) => readFileSync(path));
const memory = new WebAssembly.Memory({ initial: 8 });
const start = performance.now();
const modules = files.map((bytes) => new WebAssembly.Module(bytes));
const compiled = performance.now();
const instances = modules.map((module) => new WebAssembly.Instance(module, { env: { memory } }));
const instantiated = performance.now();
console.log(
  JSON.stringify({
    compile: compiled - start,
    instantiate: instantiated - compiled,
    exports: instances.flatMap(({ exports }) => Object.keys(exports)).length,
  }),
);
