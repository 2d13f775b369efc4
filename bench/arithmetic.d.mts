import type { Net } from './contenders.mjs';

type Shape = readonly number[];

export declare function stepFlops(batch: number, layers: readonly Shape[]): number;
export declare const linearLayers: Readonly<Record<Net, (shapes: readonly Shape[]) => Shape[]>>;
export declare const BATCH: number;
