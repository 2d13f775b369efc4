export interface MergedRow {
  net?: string;
  kernel?: string;
  size?: string;
  contender: string;
  median: number;
  min: number;
  samples: number;
  error: number;
}

export declare function merged(passes: readonly (readonly MergedRow[])[]): MergedRow[];
export declare function besideNode(
  engines: readonly { name: string; rows: readonly MergedRow[] }[],
  names: Readonly<Record<string, string>>,
): string[];
