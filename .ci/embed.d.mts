import type { Plugin } from 'vite';

export function encodeBinary(bytes: Uint8Array): string;
export function embedded(): Plugin;
