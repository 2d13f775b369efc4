export declare function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string[];
export declare function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly boolean[],
): string[];
export declare function number(value: number): string;
export declare function percent(share: number): string;
export declare function seconds(value: number): string;
