import type { Plugin } from 'vite';

export function withoutBareFields(code: string): string;
export const bareFields: () => Plugin;
