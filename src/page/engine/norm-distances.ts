import type { Thinned } from 'lanewise/diagnostics';
import { distanceOf } from './distance.js';
import { normsOf } from './norms.js';

/** How far the running statistics of each batch norm are from the minibatch's: two columns each, mean and deviation. */
export function recordDistances(track: Thinned, layers: readonly unknown[], step: number): void {
  if (!track.takes(step)) return;
  const distances = normsOf(layers).map(distanceOf);
  track.push(step, (column) => distances[column >> 1]?.[column % 2 === 0 ? 'mean' : 'std'] ?? Number.NaN);
}
