import { execFileSync } from 'node:child_process';
import { Script } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import * as charts from '../../src/charts/index.js';
import * as lanewise from '../../src/index.js';
import * as makemore from '../../src/makemore/index.js';
import { experiments } from '../charts/compared.js';
import { full, reseed } from '../charts/synthetic.js';
import { type Built, bundle, host, type Place, place } from './context.js';
import { work } from './work.js';

reseed();

let script: Script;
let usual: unknown;
beforeAll(async () => {
  script = new Script(await bundle('lanewise', 'makemore'));
  usual = JSON.parse(await work({ lanewise, makemore })).numbers;
});

/** What the work gives where the package is imported there, under the same hands. */
async function workIn(kind: Place) {
  const context = place(kind);
  const built = script.runInContext(context);
  const text: string = await new Script(`(${work})`).runInContext(context)(built);
  return JSON.parse(text);
}

const without = (...names: string[]) => {
  const globals = host();
  for (const name of names) delete globals[name];
  return globals;
};

const wasm = { yielded: true, backend: 'wasm', reason: 'WebAssembly with SIMD is there' };

describe('the same bits', () => {
  test.each([...Object.keys(host()), 'performance'])('without %s', async (name) => {
    const globals = name === 'performance' ? { ...host(), performance: null } : without(name);
    expect(await workIn({ globals })).toEqual({ numbers: usual, ...wasm });
  });

  test('with a TextDecoder that knows utf-8 only', async () => {
    class Utf8Only extends TextDecoder {
      constructor(label = 'utf-8', options?: TextDecoderOptions) {
        if (label !== 'utf-8') throw new RangeError(`no ${label} here`);
        super(label, options);
      }
    }
    expect(await workIn({ globals: { ...host(), TextDecoder: Utf8Only } })).toEqual({
      numbers: usual,
      ...wasm,
    });
  });

  test('with the language alone', async () => {
    expect(await workIn({ globals: { performance: null } })).toEqual({ numbers: usual, ...wasm });
  });

  test('without WebAssembly, in JavaScript with a reason', async () => {
    const js = {
      yielded: true,
      backend: 'js',
      reason: 'WebAssembly cannot run here: this engine has no WebAssembly',
    };
    for (const globals of [host(), { performance: null }])
      expect(await workIn({ globals, without: ['WebAssembly'] })).toEqual({ numbers: usual, ...js });
  });

  test('with the WebAssembly of another realm, as under Jest', async () => {
    expect(await workIn({ globals: { ...host(), WebAssembly } })).toEqual({ numbers: usual, ...wasm });
  });

  test('with intrinsics that are frozen', async () => {
    expect(await workIn({ frozen: true })).toEqual({ numbers: usual, ...wasm });
    expect(await workIn({ frozen: true, without: ['WebAssembly'] })).toMatchObject({ numbers: usual });
    // The other tests go on in this realm.
    expect(Object.isFrozen(Object.prototype)).toBe(false);
  });

  test('with what ES2022 has of the language, and no more', async () => {
    expect(await workIn({ old: true })).toEqual({ numbers: usual, ...wasm });
  });

  test('under node --frozen-intrinsics', () => {
    const text = execFileSync(
      process.execPath,
      [
        ...['--frozen-intrinsics', '--no-warnings', '--input-type=module', '-e'],
        `import * as lanewise from './dist/index.js'; import * as makemore from './dist/makemore.js';
         import { lossCurve, renderSvg } from './dist/charts.js';
         const curve = lossCurve({ losses: [[0, 3], [1, 2.9], [2, 2.5]], vocabularySize: 27 });
         if (!renderSvg(curve, { width: 300, height: 200, theme: 'light', label: '' }).startsWith('<svg')) throw new Error();
         console.log(await (${work})({ lanewise, makemore }));`,
      ],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(text)).toMatchObject({ numbers: usual, backend: 'wasm' });
  });

  test('under node --frozen-intrinsics, errors of its own', () => {
    const text = execFileSync(
      process.execPath,
      [
        ...['--frozen-intrinsics', '--no-warnings', '--input-type=module', '-e'],
        `import { Linear, load, MSELoss, SGD, Sequential, Trainer } from './dist/index.js';
         import { readCheckpoint } from './dist/checkpoint.js';
         const model = new Sequential([new Linear(1, 1)]).to(await load(), { seed: 1 });
         const optimizer = new SGD(model.parameters(), { lr: 0.1 });
         const trainer = new Trainer({ model, loss: new MSELoss(), optimizer, x: [[NaN]], y: [1] });
         for (const wrong of [() => trainer.step(), () => readCheckpoint(new Uint8Array(3))])
           try { wrong(); } catch (error) { console.log(error.name); }`,
      ],
      { encoding: 'utf8' },
    );
    expect(text).toBe('DivergenceError\nCheckpointError\n');
  });
});

/** The globals of ES2022 that a program may name. */
const LANGUAGE = new Set(
  (
    'globalThis undefined NaN Infinity eval isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI ' +
    'encodeURIComponent AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView ' +
    'Date Error EvalError FinalizationRegistry Float32Array Float64Array Function Int8Array Int16Array Int32Array JSON ' +
    'Map Math Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol ' +
    'SyntaxError TypeError Uint8Array Uint8ClampedArray Uint16Array Uint32Array URIError WeakMap WeakRef WeakSet'
  ).split(' '),
);

/** By which echarts knows where it is; it asks for their `typeof`. */
const HOSTS = ['document', 'window', 'navigator', 'self', 'wx', 'console', 'Buffer', 'btoa'];

/** Every name that a script looks for outside itself while it runs, with what it writes there marked `=`. */
function namesAskedFor(text: string, frozen: boolean): string[] {
  const names = new Set<string>();
  const context = place({ frozen, globals: { performance: null } });
  const scope = new Proxy(
    {},
    {
      has: () => true,
      get(_, name) {
        if (name === Symbol.unscopables) return undefined;
        names.add(String(name));
        return new Script(`globalThis[${JSON.stringify(name)}]`).runInContext(context);
      },
      set(_, name) {
        names.add(`${String(name)} =`);
        return true;
      },
    },
  );
  new Script(`(scope) => { with (scope) { (() => { 'use strict'; ${text} })(); } }`).runInContext(context)(
    scope,
  );
  return [...names].filter((name) => !LANGUAGE.has(name));
}

describe('an import', () => {
  test('asks for nothing that ES2022 does not have, and changes nothing', async () => {
    const text = await bundle('lanewise', 'makemore');
    for (const frozen of [false, true]) expect(namesAskedFor(text, frozen)).toEqual([]);
  });

  test('of the charts asks only what kind of host it has, and changes nothing', async () => {
    const text = await bundle('charts');
    for (const frozen of [false, true])
      expect(namesAskedFor(text, frozen).filter((name) => !HOSTS.includes(name))).toEqual([]);
  });

  test('adds no global and changes no intrinsic', async () => {
    const context = place({ globals: host() });
    const list =
      new Script(`Object.fromEntries(Object.getOwnPropertyNames(globalThis).filter((name) => name !== 'globalThis').map((name) => [name,
      [globalThis[name], globalThis[name]?.prototype].map((value) =>
        Object(value) === value ? Reflect.ownKeys(value).map(String).join() : typeof value)]))`);
    const before = list.runInContext(context);
    for (const entry of ['lanewise', 'makemore', 'charts'] as const)
      new Script(await bundle(entry)).runInContext(context);
    const { built: _, ...after } = list.runInContext(context);
    expect(after).toEqual({ ...before });
  });
});

describe('the charts', () => {
  const chartsIn = async (kind: Place) =>
    (new Script(await bundle('charts')).runInContext(place(kind)) as Built).charts;

  test('are drawn with the language and a timer alone', async () => {
    const { lossCurve, renderSvg } = await chartsIn({ globals: { performance: null, setTimeout } });
    const losses = Array.from({ length: 30 }, (_, step) => [step, 3 - step / 30] as const);
    const option = lossCurve({ losses, vocabularySize: 27 });
    const svg = renderSvg(option, { width: 300, height: 200, theme: 'light', label: 'a loss' });
    expect(svg).toMatch(/^<svg.*<path/s);
  });

  test('are the same with intrinsics that are frozen, every kind of them', async () => {
    const { renderReport, renderExperiments } = await chartsIn({ globals: { setTimeout }, frozen: true });
    const [report, compared] = [full(), experiments()];
    expect(renderReport(report)).toBe(charts.renderReport(report));
    expect(renderExperiments(compared)).toBe(charts.renderExperiments(compared));
  });
});
