import { useEffect, useState } from 'preact/hooks';

/** What `load` comes to, once it is there; for what the first sight of the page does not need. `load` has to be stable. */
export function useLazy<T>(load: () => Promise<T>, wanted = true): T | undefined {
  const [loaded, setLoaded] = useState<{ value: T }>();
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    void load().then((value) => {
      if (!gone) setLoaded({ value });
    });
    return () => {
      gone = true;
    };
  }, [load, wanted]);
  return loaded?.value;
}
