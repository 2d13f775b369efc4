// npm run bench:readme -- FILE.json [--readme README.md]
// Writes what the README says of speed, between its markers, and its charts, from the JSON of a whole `npm run bench`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { renderSvg, themes } from '../dist/charts.js';
import { charts, readmeBlock, withBlock } from './readme/block.mjs';
import { stepsChart } from './readme/chart.mjs';

const fail = (message) => {
  console.error(`bench:readme: ${message}`);
  process.exit(2);
};

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { readme: { type: 'string', default: fileURLToPath(new URL('../README.md', import.meta.url)) } },
  });
  if (positionals.length !== 1)
    fail(`expected one file, the JSON of npm run bench, got ${positionals.length}`);
  const [file] = positionals;
  const result = JSON.parse(readFileSync(file, 'utf8'));
  if (result.quick) fail(`${file}: expected the result of a whole run, got one of --quick`);
  const readme = resolve(values.readme);
  const source = relative(dirname(readme), resolve(file)).split(sep).join('/');
  const text = withBlock(readFileSync(readme, 'utf8'), readmeBlock(result, source));
  for (const [theme, path] of Object.entries(charts)) {
    const { option, width, height } = stepsChart(result, themes[theme]);
    const target = join(dirname(readme), path);
    mkdirSync(dirname(target), { recursive: true });
    const label = 'Microseconds of a training step by each contender';
    const svg = renderSvg(option, { width, height, theme, label, background: 'transparent' });
    writeFileSync(target, `${svg}\n`);
  }
  writeFileSync(readme, text);
} catch (error) {
  fail(error.message);
}
