/** The package's version, which the build puts in. */
declare const __VERSION__: string;
export const version: string = __VERSION__;
