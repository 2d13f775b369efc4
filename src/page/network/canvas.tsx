import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Surface } from './paint.js';

/** In pixels of the screen, and how many of them one of the page has. */
export interface Size {
  width: number;
  height: number;
  scale: number;
}

interface CanvasProps {
  /** Paints it anew; it is called when a signal that it reads has changed, or the size. */
  paint: (surface: Surface, size: Size) => void;
  class: string;
}

/** A canvas that is painted whenever what it shows has changed. What it shows is in words elsewhere. */
export function Canvas({ paint, class: name }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return;
    const surface = new Surface(canvas);
    const draw = () => {
      const size = surface.begin();
      if (size.width > 0 && size.height > 0) paint(surface, size);
    };
    const stop = effect(draw);
    const sized = new ResizeObserver(draw);
    sized.observe(canvas);
    return () => {
      stop();
      sized.disconnect();
    };
  }, [paint]);
  return <canvas ref={ref} class={name} />;
}
