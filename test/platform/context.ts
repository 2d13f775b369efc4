// The built package as one script, for contexts of `node:vm` that have what the test gives them and nothing else.
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build, type Rolldown } from 'vite';
import type * as charts from '../../src/charts/index.js';
import type * as lanewise from '../../src/index.js';
import type * as makemore from '../../src/makemore/index.js';

export interface Built {
  lanewise: typeof lanewise;
  makemore: typeof makemore;
  charts: typeof charts;
}

const ENTRY = '\0built';

/** A script's text, strict as a module's, whose value is an object of the entry points named. */
export async function bundle(...entries: (keyof Built)[]): Promise<string> {
  const file = (entry: string) =>
    JSON.stringify(
      fileURLToPath(new URL(`../../dist/${entry === 'lanewise' ? 'index' : entry}.js`, import.meta.url)),
    );
  const output = (await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? id : undefined),
        load: (id) =>
          id === ENTRY
            ? entries.map((entry) => `export * as ${entry} from ${file(entry)};`).join('\n')
            : undefined,
      },
    ],
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      rolldownOptions: {
        input: ENTRY,
        preserveEntrySignatures: 'strict',
        output: { format: 'iife', name: 'built', codeSplitting: false },
      },
    },
  })) as Rolldown.RolldownOutput;
  return `'use strict';\n${output.output[0].code}\nbuilt;`;
}

/** What hosts have beside the language, as far as the library knows it, with a clock of its own. */
export const host = (): Record<string, unknown> => ({
  ...{ TextDecoder, TextEncoder, MessageChannel, crypto, structuredClone, Response, URL, atob, btoa },
  ...{ setTimeout, clearTimeout, queueMicrotask, AbortController, AbortSignal },
});

/** Each look at a clock is 20 ms after the last: work longer than the loop's slice at every step, on any machine. */
const CLOCK = `{
  let time = 0;
  Date.now = () => (time += 20);
  if (globalThis.performance !== null) globalThis.performance = { now: Date.now };
  else delete globalThis.performance;
}`;

/**
 * Everything of the language that a script can reach, but the global object itself, cannot be changed any more. What the
 * host gave stays: its prototypes are those of the realm in which the other tests run.
 */
const freeze = (given: string[]) => `{
  const seen = new Set([globalThis, ...${JSON.stringify(given)}.map((name) => globalThis[name])]);
  const visit = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    Object.freeze(value);
    visit(Object.getPrototypeOf(value));
    for (const { value: inner, get, set } of Object.values(Object.getOwnPropertyDescriptors(value)))
      [inner, get, set].forEach(visit);
    for (const key of Object.getOwnPropertySymbols(value)) visit(Object.getOwnPropertyDescriptor(value, key).value);
  };
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(globalThis))) visit(value);
  for (const literal of [function* () {}, async () => {}, async function* () {}, [][Symbol.iterator](), new Map().entries(),
    new Set().values(), ''[Symbol.iterator](), ''.matchAll(/a/g)]) visit(Object.getPrototypeOf(literal));
  visit(Object.getPrototypeOf(Uint8Array));
}`;

/** What came into the language after ES2022, without which the library has to get by. */
const NEWER = `{
  const typed = Object.getPrototypeOf(Uint8Array);
  const newer = [
    [globalThis, 'Iterator', 'DisposableStack', 'AsyncDisposableStack', 'SuppressedError', 'Float16Array'],
    [Array.prototype, 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced', 'with'],
    [typed.prototype, 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'with'],
    [Array, 'fromAsync'], [Object, 'groupBy'], [Map, 'groupBy'], [Promise, 'withResolvers', 'try'],
    [Set.prototype, 'union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf'],
    [String.prototype, 'isWellFormed', 'toWellFormed'], [ArrayBuffer.prototype, 'transfer', 'resize'],
    [Math, 'f16round', 'sumPrecise'], [Symbol, 'dispose', 'asyncDispose'],
    [Object.getPrototypeOf(Object.getPrototypeOf([].values())), 'map', 'filter', 'take', 'drop', 'flatMap', 'reduce',
      'toArray', 'forEach', 'some', 'every', 'find'],
  ];
  for (const [from, ...names] of newer)
    for (const name of names) if (!Reflect.deleteProperty(from, name)) throw new Error('kept ' + name);
}`;

export interface Place {
  /** Globals beside the language. `performance: null`: none. */
  globals?: Record<string, unknown>;
  /** Of V8's own. */
  without?: string[];
  frozen?: boolean;
  old?: boolean;
}

/** A context of that kind. */
export function place({ globals = {}, without = [], frozen = false, old = false }: Place) {
  const context = createContext({ ...globals });
  for (const name of ['console', ...without]) runInContext(`delete globalThis.${name}`, context);
  runInContext(CLOCK, context);
  if (old) runInContext(NEWER, context);
  if (frozen) runInContext(freeze(Object.keys(globals)), context);
  return context;
}
