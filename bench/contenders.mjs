// The benchmark's contenders under one contract: contenders.d.mts.
import * as idiomatic from './contenders/idiomatic-js.mjs';
import * as jax from './contenders/jax-js.mjs';
import * as lanewise from './contenders/lanewise.mjs';
import * as lanewiseJs from './contenders/lanewise-js.mjs';
import * as lanewiseRelaxed from './contenders/lanewise-relaxed.mjs';
import * as tfjsCpu from './contenders/tfjs-cpu.mjs';
import * as tfjsWasm from './contenders/tfjs-wasm.mjs';
import * as torch from './contenders/torch.mjs';

export const contenders = {
  lanewise,
  'lanewise-relaxed': lanewiseRelaxed,
  'lanewise-js': lanewiseJs,
  'idiomatic-js': idiomatic,
  'tfjs-wasm': tfjsWasm,
  'tfjs-cpu': tfjsCpu,
  'jax-js': jax,
  torch,
};
