/**
 * Milliseconds that a test waits for a state of the page, and any driver for its browser: a hundred times what it takes
 * at its worst. Where it ends, something is wrong, and not slow.
 */
export const PATIENCE = 600_000;
