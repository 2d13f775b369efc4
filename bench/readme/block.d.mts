import type { BenchResult, StepRow } from '../result.mjs';

export declare const charts: { light: string; dark: string };
export declare function readmeBlock(result: BenchResult, source: string): string;
export declare function withBlock(readme: string, block: string): string;
export declare function blockOf(readme: string): string | undefined;
export declare function ranked(result: BenchResult): { name: string; mlp: StepRow; deep: StepRow }[];
