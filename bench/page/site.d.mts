export interface Site {
  address: string;
  /** Paths that were asked for in vain. */
  missing: string[];
  close(): void;
}

export const policies: { strict: string; withoutWasm: string };

export function serveSite(policy?: string): Promise<Site>;
