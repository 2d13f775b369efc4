export interface Site {
  address: string;
  /** Paths that were asked for in vain. */
  missing: string[];
  close(): void;
}

export function serveSite(policy?: (path: string) => string | undefined): Promise<Site>;
