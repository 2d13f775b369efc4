export declare function missing(name: string): string | undefined;
export declare function peer(name: string): Promise<Record<string, unknown>>;
