/** One minibatch, stage by stage: what happens in each, in which order. Stages are counted, not timed. */
import type { Flow, LayerView, NetworkView } from '../engine/network-protocol.js';

export type Stage =
  | { at: 'gather' }
  | { at: 'forward' | 'back'; position: number }
  | { at: 'loss' }
  | { at: 'scatter' }
  | { at: 'update' };

/** Of a network with these layers behind its embedding: forward, the loss, back again, the update. */
export function stagesOf(layers: readonly Pick<LayerView, 'position'>[]): Stage[] {
  const positions = layers.map(({ position }) => position);
  return [
    { at: 'gather' },
    ...positions.map((position): Stage => ({ at: 'forward', position })),
    { at: 'loss' },
    ...positions.toReversed().map((position): Stage => ({ at: 'back', position })),
    { at: 'scatter' },
    { at: 'update' },
  ];
}

/** What the picture shows of each layer in a stage. */
export function flowOf(stage: Stage): Flow {
  if (stage.at === 'update') return 'update';
  return stage.at === 'back' || stage.at === 'scatter' ? 'gradient' : 'forward';
}

/** What has the light in a stage: positions of layers, 0 for the embedding; all of them in the update. */
export function litIn(stage: Stage, view: Pick<NetworkView, 'layers'>): ReadonlySet<number | 'loss'> {
  if (stage.at === 'gather' || stage.at === 'scatter') return new Set([0]);
  if (stage.at === 'loss') return new Set(['loss' as const]);
  if (stage.at === 'update')
    return new Set([
      0,
      ...view.layers.filter(({ kind }) => hasParameters(kind)).map(({ position }) => position),
    ]);
  return new Set([stage.position]);
}

/** Whether the flow has come to a layer in this stage; before that it is dimmed. */
export function reachedIn(stage: Stage, position: number | 'loss'): boolean {
  if (stage.at === 'gather') return position === 0;
  if (stage.at === 'forward') return position !== 'loss' && position <= stage.position;
  if (stage.at === 'back') return position === 'loss' || position >= stage.position;
  return true;
}

export const hasParameters = (kind: string): boolean => kind === 'Linear' || kind === 'BatchNorm1d';
