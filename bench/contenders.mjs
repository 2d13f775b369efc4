// The benchmark's contenders under one contract: contenders.d.mts.
import * as idiomatic from './contenders/idiomatic-js.mjs';
import * as lanewise from './contenders/lanewise.mjs';
import * as lanewiseJs from './contenders/lanewise-js.mjs';

export const contenders = {
  lanewise,
  'lanewise-js': lanewiseJs,
  'idiomatic-js': idiomatic,
};

export async function train(network, batches) {
  if (network.run) return (await network.run(batches)).losses;
  return Float64Array.from(batches, ({ contexts, labels }) => network.step(contexts, labels));
}
