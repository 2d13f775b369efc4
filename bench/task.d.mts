import type { Batch, Contender, Kernel, Kernels, Net, Values } from './contenders.mjs';

export interface Task {
  params: Values[];
  batches: Batch[];
}

export interface Expected {
  losses: Float64Array;
  running: number[][];
}

export interface KernelTask {
  name: string;
  start(kernels: Kernels): Kernel;
  exact(): number[];
}

export declare const nets: readonly Net[];
export declare function task(net: Net, steps: number): Promise<Task>;
export declare function expected(net: Net, task: Task): Promise<Expected>;
export declare function networkError(
  contender: Pick<Contender, 'network'>,
  net: Net,
  given: Task,
  exact: Expected,
): Promise<{ losses: number; running: number }>;
export declare const kernelTasks: readonly KernelTask[];
export declare function kernelError(contender: Pick<Contender, 'kernels'>): Promise<number>;
