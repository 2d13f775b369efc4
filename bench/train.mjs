/** The losses of one step for each batch, by `step` or `run`. */
export async function train(network, batches) {
  if (network.run) return (await network.run(batches)).losses;
  return Float64Array.from(batches, ({ contexts, labels }) => network.step(contexts, labels));
}
