/** Floating-point operations of the products in a step: x W, xᵀ dy and dy Wᵀ of every layer, each 2 n · in · out. */
export const stepFlops = (batch, layers) =>
  layers.reduce((sum, [fanIn, fanOut]) => sum + 6 * batch * fanIn * fanOut, 0);

/** [in, out] of the linear layers of a network, from the shapes of its parameters in the contenders' order. */
export const linearLayers = {
  mlp: ([, W1, W2]) => [W1, W2],
  deep: ([, ...rest]) => rest.filter((_, i) => i % 3 === 0),
};

/** Batch of the steps that contenders make. */
export const BATCH = 32;
