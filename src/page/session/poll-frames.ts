/** Milliseconds from one frame to the next, at least. */
const INTERVAL = 50;

/** Asks again and again, one at a time, so that a slow page asks less often. Returns what ends it. */
export function pollFrames(ask: () => Promise<void>): () => void {
  let asked = false;
  let askedAt = 0;
  let frame = 0;
  const next = (now: number) => {
    frame = requestAnimationFrame(next);
    if (asked || now - askedAt < INTERVAL) return;
    asked = true;
    askedAt = now;
    // What is wrong comes to light where the run is played.
    void ask()
      .catch(() => {})
      .finally(() => {
        asked = false;
      });
  };
  frame = requestAnimationFrame(next);
  return () => cancelAnimationFrame(frame);
}
