import type { Plugin } from 'vite';

export const coreMark: string;
export function encodeBinary(bytes: Uint8Array): string;
export function embedded(): Plugin;
