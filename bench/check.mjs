// node bench/check.mjs [contender …]: what every contender computes, against the float64 reference, and which are absent.
import { contenders } from './contenders.mjs';
import { expected, kernelError, nets, networkError, task } from './task.mjs';

const STEPS = 20;
const names = process.argv.slice(2);
for (const name of names)
  if (!(name in contenders)) {
    console.error(`check: expected names among ${Object.keys(contenders).join(', ')}, got '${name}'`);
    process.exit(2);
  }

const tasks = [];
for (const net of nets) {
  const given = await task(net, STEPS);
  tasks.push({ net, given, exact: await expected(net, given) });
}

const rows = [];
let failed = false;
for (const [file, contender] of Object.entries(contenders)) {
  if (names.length > 0 && !names.includes(file)) continue;
  const reason = await contender.available();
  if (reason !== undefined) {
    rows.push([contender.name, `absent: ${reason}`]);
    continue;
  }
  try {
    const cells = [];
    for (const { net, given, exact } of tasks) {
      const { losses, running } = await networkError(contender, net, given, exact);
      cells.push(losses, running);
    }
    cells.push(await kernelError(contender));
    // Float32 differs from float64 by 1e-6; what is above 1e-3 computes something else.
    const right = cells.every((error) => error < 1e-3);
    failed ||= !right;
    rows.push([contender.name, ...cells.map((error) => error.toExponential(1)), right ? '' : 'wrong']);
  } catch (error) {
    failed = true;
    rows.push([contender.name, `failed: ${error.message}`]);
  }
}

console.log(`largest relative difference from float64; networks: ${STEPS} steps of batch 32\n`);
const header = ['', 'mlp: losses', 'running', 'deep: losses', 'running', 'kernels'];
for (const row of [header, ...rows])
  console.log(
    row
      .map((cell, i) => (row.length > 2 && i > 0 ? cell.padStart(13) : cell.padEnd(38)))
      .join('')
      .trimEnd(),
  );
process.exit(failed ? 1 : 0);
