import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { embedded } from './.ci/embed.mjs';
import { bareFields } from './.ci/fields.mjs';
import { hints } from './.ci/hints.mjs';
import { leanLoader } from './.ci/loader.mjs';
import { servedPolicies } from './.ci/policy.mjs';
import { threads } from './.ci/thread.mjs';
import { vendored } from './.ci/vendor.mjs';
import { PATIENCE } from './test/page/browser/patience.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const { version } = JSON.parse(readFileSync(here('./package.json'), 'utf8'));
const define = { __VERSION__: JSON.stringify(version) };

// Torch's recorded numbers and the lecture's names lie outside the project; tests that need them are skipped without.
const outside = (path: string) => ({ path, text: existsSync(path) ? readFileSync(path, 'utf8') : null });
const provide = {
  oracleRng: outside(`${process.env.LANEWISE_ORACLE ?? '../shared/oracle'}/rng.json`),
  lectureNames: outside(process.env.LANEWISE_NAMES ?? '../shared/data/names.txt'),
};
declare module 'vitest' {
  interface ProvidedContext {
    oracleRng: { path: string; text: string | null };
    lectureNames: { path: string; text: string | null };
  }
}

// No limit tells a slow machine from a hang: these only end a hang some day, and CI's own limit comes first.
const limit = 3_600_000;
const limits = {
  testTimeout: limit,
  hookTimeout: limit,
  teardownTimeout: limit,
  expect: { poll: { timeout: limit } },
};

// Files share their modules: to make these anew for each costs more than most of the tests.
const isolate = false;

// The command imports the library by its package name, so that it is a user of the public API like any other.
const alias = [
  { find: /^lanewise$/, replacement: here('./src/index.ts') },
  { find: /^lanewise\/diagnostics$/, replacement: here('./src/diagnostics/index.ts') },
  { find: /^lanewise\/checkpoint$/, replacement: here('./src/interchange/index.ts') },
  { find: /^lanewise\/makemore$/, replacement: here('./src/makemore/index.ts') },
  { find: /^lanewise\/onnx$/, replacement: here('./src/interchange/onnx.ts') },
  { find: /^lanewise\/worker$/, replacement: here('./src/interchange/worker.ts') },
  { find: /^lanewise\/relaxed$/, replacement: here('./src/core/relaxed.ts') },
  { find: /^lanewise\/charts$/, replacement: here('./src/charts/index.ts') },
];

/**
 * Without what the charts' library does at its import that throws where all intrinsics are frozen: in an object that
 * inherits from Object.prototype no `constructor` can be assigned then. These two are only ever asked for their methods.
 */
const pureCharts: Plugin = {
  name: 'pure-charts',
  enforce: 'pre',
  transform: {
    filter: { id: /echarts[\\/]lib[\\/]core[\\/]Scheduler\.js/ },
    handler(code) {
      const pure = code.replace(/^var (ecModelMock|apiMock) = \{\};$/gm, 'var $1 = Object.create(null);');
      if (pure.split('= Object.create(null);').length !== 3)
        throw new Error('pure-charts: expected the Scheduler of echarts 6.1.0, got another');
      return { code: pure, map: null };
    },
  },
};
const pure = [leanLoader(), pureCharts, embedded(), threads(), bareFields()];

/** What both documents of the page begin with. */
const COMMON = new RegExp(
  [
    'node_modules/(?:preact|@preact|comlink)/',
    'vite/preload-helper',
    'src/page/style/(?:base|frame|instrument)\\.',
    'src/page/frame/print\\.',
    'src/page/view/(?:aid|appearance|character|chart|copy-text|download|figures|highlight|instrument|layer-names|load-charts|paint-when-seen|painter|panel-tools|pixel-density|slider|table|value-colour)\\.',
    'src/page/instruments/shared/held-axis\\.',
    'src/core/(?:expect|kind|printable)\\.',
  ]
    .join('|')
    .replaceAll('/', '[\\\\/]'),
);

// A static folder: whatever the path it is served under, and without a line of configuration of the server.
const page = {
  root: here('./src/page'),
  base: './',
  define,
  resolve: { alias },
  plugins: [...pure, hints(), servedPolicies()],
  worker: { format: 'es' as const, plugins: () => pure },
  build: {
    outDir: here('./build/page'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [here('./src/page/index.html'), here('./src/page/notebook.html')],
      output: {
        codeSplitting: {
          // What both documents begin with, in one piece, where a compressor does best: else each file of it is one.
          groups: [{ name: 'common', test: COMMON }],
        },
      },
    },
    // echarts, in kB before compression: it loads after the first paint. test/page/size.test.ts holds the sizes.
    chunkSizeWarningLimit: 600,
  },
};

// `vite build` makes the library; `--mode command` makes the command that stands on it, `--mode page` the page.
export default defineConfig(({ mode }) =>
  mode === 'page'
    ? page
    : mode === 'command'
      ? {
          define,
          build: {
            ssr: true,
            outDir: 'dist',
            emptyOutDir: false,
            target: 'node20',
            rolldownOptions: {
              input: {
                cli: here('./src/cli/main.ts'),
                'experiment-worker': here('./src/cli/experiment-worker.ts'),
              },
              external: /^lanewise(?:\/|$)/,
              // The notebook brings parsers; names stay, for who reports an error.
              output: {
                minify: {
                  compress: { keepNames: { function: true, class: true } },
                  mangle: { keepNames: true },
                  codegen: true,
                },
              },
            },
          },
          ssr: { noExternal: true },
        }
      : {
          plugins: [...pure, vendored()],
          // The charts' library asks for it, and a plain page has none.
          define: { 'process.env.NODE_ENV': JSON.stringify('production') },
          build: {
            outDir: 'dist',
            target: 'es2022',
            minify: false,
            sourcemap: true,
            rolldownOptions: {
              output: {
                // They are in the types, and in the source maps.
                comments: { jsdoc: false },
                codeSplitting: {
                  groups: [
                    { name: 'echarts', test: /node_modules[\\/](?:echarts|zrender)[\\/]/ },
                    // One behind the other, where a compressor does best. Whoever bundles takes the families it uses.
                    { name: 'kernels', test: /[\\/]release[\\/](?!stats)[\w-]+\.wasm\?text$/, priority: 4 },
                    // The rest of `lanewise` in one too, in the order of its imports: what is alike lies near to each other.
                    {
                      name: 'library',
                      test: /[\\/]src[\\/](?:core|init|random|nn|optim|train)[\\/](?!relaxed|base64|sha256|utf8|python|generator-state|explain|(?:kernels|reference)[\\/]stats)/,
                      priority: 3,
                    },
                    // What the other entries share, and `lanewise` has no use for.
                    { name: 'explain', test: /[\\/]src[\\/]train[\\/]explain[\\/]/, priority: 2 },
                    {
                      name: 'bytes',
                      test: /[\\/]src[\\/]core[\\/](?:base64|sha256|utf8)|node_modules[\\/]@noble[\\/]/,
                      priority: 2,
                    },
                    {
                      name: 'diagnostics',
                      test: /[\\/]src[\\/](?:diagnostics[\\/](?!index)|core[\\/](?:kernels|reference)[\\/]stats)/,
                      priority: 1,
                    },
                    {
                      name: 'checkpoint',
                      test: /[\\/]src[\\/](?:interchange[\\/](?:checkpoint|safetensors|slots|state-dict|trainer-state)|random[\\/]generator-state)/,
                      priority: 1,
                    },
                  ],
                },
              },
            },
            lib: {
              entry: {
                index: here('./src/index.ts'),
                diagnostics: here('./src/diagnostics/index.ts'),
                checkpoint: here('./src/interchange/index.ts'),
                makemore: here('./src/makemore/index.ts'),
                charts: here('./src/charts/index.ts'),
                relaxed: here('./src/core/relaxed.ts'),
                onnx: here('./src/interchange/onnx.ts'),
                worker: here('./src/interchange/worker.ts'),
              },
              formats: ['es'],
            },
          },
          test: {
            // Both cores of a small machine: vitest leaves one to itself, which waits most of the time.
            maxWorkers: Math.max(2, availableParallelism() - 1),
            // LANEWISE_CHROMIUM and LANEWISE_FIREFOX are set by the test command, which finds or installs the browsers.
            projects: [
              {
                define,
                plugins: [embedded(), threads(), bareFields()],
                resolve: { alias },
                test: {
                  name: 'node',
                  provide,
                  include: ['test/**/*.test.ts'],
                  exclude: ['test/**/*.browser.test.ts', 'test/long/**', 'test/page/browser/**'],
                  isolate,
                  ...limits,
                },
              },
              {
                define,
                plugins: [embedded(), threads(), bareFields()],
                resolve: { alias },
                test: { name: 'long', provide, include: ['test/long/**/*.test.ts'], ...limits },
              },
              {
                define,
                plugins: [embedded(), threads(), bareFields()],
                resolve: { alias },
                test: {
                  name: 'page',
                  include: ['test/page/browser/**/*.test.ts'],
                  // Above the patience with one state, so that it is that which is named.
                  testTimeout: 2 * PATIENCE,
                  hookTimeout: 2 * PATIENCE,
                  // After the others, whose work would hold it up; each file has a browser of its own.
                  sequence: { groupOrder: 1 },
                  maxWorkers: 2,
                },
              },
              {
                define,
                plugins: [embedded(), threads(), bareFields()],
                resolve: { alias },
                test: {
                  name: 'chromium',
                  provide,
                  include: [
                    'test/core/**/!(binary).test.ts',
                    // Damage is found by arithmetic that every engine shares; what a browser adds is tested by these.
                    'test/interchange/{checkpoint,architecture}.test.ts',
                    'test/init/**/*.test.ts',
                    'test/nn/**/*.test.ts',
                    'test/optim/**/*.test.ts',
                    'test/train/**/*.test.ts',
                    'test/diagnostics/**/*.test.ts',
                    'test/random/**/*.test.ts',
                    'test/makemore/run.test.ts',
                    'test/oracle/rng.test.ts',
                    'test/**/*.browser.test.ts',
                  ],
                  ...limits,
                  browser: {
                    enabled: true,
                    isolate,
                    connectTimeout: limit,
                    headless: true,
                    screenshotFailures: false,
                    provider: playwright({
                      launchOptions: {
                        executablePath: process.env.LANEWISE_CHROMIUM ?? '/usr/bin/chromium',
                        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
                      },
                    }),
                    instances: [{ browser: 'chromium' }],
                  },
                },
              },
            ],
          },
        },
);
