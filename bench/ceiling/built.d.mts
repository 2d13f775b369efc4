export declare function builtCeiling(): Uint8Array;
