import type { LoadOptions } from 'lanewise';
import type { Result } from './kit.mjs';

export function train(options?: LoadOptions): Promise<Result>;
