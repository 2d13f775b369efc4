import { folder, program, reported, run, versionOf } from '../kit.mjs';
import { compile, files, settings } from '../types/check.mjs';

const TSC = 'node_modules/typescript/bin/tsc';

const compilers = [
  // The oldest that has `using`'s library and `NoInfer`; `require` of a module came with 5.8.
  { version: '5.4', node10: true, require: false },
  { version: '5.9', node10: true, require: true },
  { version: '6', node10: true, require: true },
  { version: '7', node10: false, require: true },
];

export const types = [
  ...compilers.map(({ version, ...ways }) => ({
    name: `TypeScript ${version}: strict, with and without DOM`,
    async run() {
      const path = await folder(files, { install: [`typescript@${version}`] });
      const more = version === '6' ? { ignoreDeprecations: '6.0' } : {};
      const note = await compile(path, TSC, settings(ways), more);
      return { version: `TypeScript ${versionOf(path, 'typescript')}`, note };
    },
  })),
  {
    name: 'TypeScript: with echarts and the types of Node',
    async run() {
      const path = await folder(files, { install: ['typescript', 'echarts', '@types/node'] });
      const ways = settings({ echarts: true });
      // The types of echarts do not pass the check themselves.
      const note = await compile(path, TSC, ways, { types: ['node'], skipLibCheck: true });
      return {
        version: `TypeScript ${versionOf(path, 'typescript')}, echarts ${versionOf(path, 'echarts')}`,
        note,
      };
    },
  },
  {
    name: 'TypeScript: compiled, then run in Node',
    async run() {
      const main = `import { train } from './program.mjs';\ntrain().then((result) => console.log(JSON.stringify(result)));\n`;
      const typed = program.replace('(options)', "(options?: import('lanewise').LoadOptions)");
      const sources = {
        'program.mts': typed,
        'main.mts': `declare const console: { log(text: string): void };\n${main}`,
      };
      const path = await folder(sources, { install: ['typescript'] });
      const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--outDir', 'out'];
      await run(process.execPath, [TSC, ...options, '--lib', 'es2022', 'main.mts'], { cwd: path });
      const result = reported(await run(process.execPath, ['out/main.mjs'], { cwd: path }));
      return { ...result, version: `TypeScript ${versionOf(path, 'typescript')}` };
    },
  },
];
