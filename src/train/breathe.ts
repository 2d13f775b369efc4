/**
 * Lets the event loop do what waits: a message to oneself, which no engine delays as it does a timer. A timer where there
 * are no messages; without timers nothing but a promise can wait.
 */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof MessageChannel === 'undefined') {
      if (typeof setTimeout === 'undefined') resolve();
      else setTimeout(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Milliseconds of work between two visits to the event loop. */
const SLICE = 16;

/** To be called between pieces of work, and awaited where it returns something: work that goes on gives time back so. */
export function pauses(): () => Promise<void> | undefined {
  let until = now() + SLICE;
  return () =>
    now() < until
      ? undefined
      : breathe().then(() => {
          until = now() + SLICE;
        });
}

/** Milliseconds since some moment. */
export const now = (): number => (typeof performance === 'undefined' ? Date : performance).now();
