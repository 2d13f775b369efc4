export declare function compileCeiling(): Uint8Array;
