import { type Embedding, Indices, type Sequential } from 'lanewise';
import { AnswerMemory } from './answer-memory.js';
import { layersOf, type NetworkPass } from './network-pass.js';
import type { NetworkRequest, NetworkView } from './network-protocol.js';
import { expectIndex, NetworkReader, outOf, rowOf } from './network-reader.js';

/** Reads views off networks. The run whose network it is does not notice. */
export class NetworkViewer {
  readonly #memory = new AnswerMemory();

  /**
   * Errors: RangeError for an example that the minibatch has not, a context of another length or with a token that is
   * none, or a unit that is none.
   */
  view(id: number, pass: NetworkPass, request: NetworkRequest, threshold: number): NetworkView {
    const { run, basis, step, diverged } = pass;
    const { trainer } = run;
    const memory = this.#memory;
    const { tokens: all, targets, rows } = pass.batch;
    const { example } = request;
    expectIndex('example', example, rows);
    const began = performance.now();
    memory.begin(request.memory);
    const typed = request.context && forwarded(pass, request.context);
    const context = all.length / rows;
    const tokens = request.context ?? all.subarray(example * context, (example + 1) * context);
    const last = layersOf(run.model).length - 1;
    const target = typed === undefined ? targets[example] : undefined;
    const logits = typed === undefined ? rowOf(pass.outputs(last), example) : rowOf(outOf(typed, last), 0);
    const probabilities = memory.take(logits.length);
    softmax(logits, probabilities);
    const reader = new NetworkReader(pass, request, { memory, typed, threshold });
    const [embedding, ...others] = reader.layers();
    return {
      run: id,
      step,
      basis,
      flow: request.flow,
      diverged,
      example,
      examples: rows,
      tokens: [...tokens],
      target,
      loss: target === undefined ? undefined : -Math.log(probabilities[target]),
      batchLoss: trainer.divergence?.loss ?? trainer.lastLoss ?? Number.NaN,
      probabilities,
      lr: reader.lr,
      range: reader.range,
      embedding,
      layers: others,
      table: request.table
        ? reader.matrix((layersOf(pass.moment)[0] as unknown as Embedding).weight.value)
        : undefined,
      unit: request.unit && reader.unit(request.unit),
      memory: memory.buffer,
      took: performance.now() - began,
    };
  }
}

/** The network after a forward of one context. */
function forwarded(pass: NetworkPass, context: readonly number[]): Sequential<Indices> {
  const { core, settings, dataset } = pass.run;
  if (context.length !== settings.context)
    throw new RangeError(
      `networkView: expected a context of ${settings.context} tokens, got ${context.length}`,
    );
  for (const token of context) expectIndex('token', token, dataset.vocabulary.size);
  const model = pass.evaluated();
  const x = new Indices(core, [1, context.length]);
  try {
    model.forward(x.set(context));
  } finally {
    x.dispose();
  }
  return model;
}

function softmax(logits: Float32Array, into: Float32Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  for (let i = 0; i < logits.length; i++) into[i] = Math.exp(logits[i] - most) / sum;
}
