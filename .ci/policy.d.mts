import type { Plugin } from 'vite';

export const policies: { page: string; withoutWasm: string; cells: string };
export function policyOf(path: string): string;
export function servedPolicies(): Plugin;
