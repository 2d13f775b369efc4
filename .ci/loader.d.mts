import type { Plugin } from 'vite';

export function lean(code: string): string;
export function leanLoader(): Plugin;
