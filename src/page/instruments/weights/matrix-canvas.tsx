import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { scheme } from '../../view/appearance.js';
import { paintWhenSeen } from '../../view/paint-when-seen.js';
import { paintValues } from '../../view/value-colour.js';

export interface Pixels {
  data: Float32Array;
  rows: number;
  columns: number;
  /** Where the colours end. */
  most: number;
}

/** A matrix on a canvas, a pixel an element, magnified by the page. */
export function MatrixCanvas({ source }: { source: ReadonlySignal<Pixels | undefined> }) {
  const place = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = place.current;
    const context = canvas?.getContext('2d');
    if (canvas === null || !context) return;
    let image: ImageData | undefined;
    return paintWhenSeen(canvas, {
      paint() {
        const pixels = source.peek();
        if (pixels === undefined) return true;
        const { data, rows, columns, most } = pixels;
        if (image?.width !== columns || image.height !== rows) {
          canvas.width = columns;
          canvas.height = rows;
          image = context.createImageData(columns, rows);
        }
        paintValues(data, most, scheme.peek(), new Uint32Array(image.data.buffer));
        context.putImageData(image, 0, 0);
        return true;
      },
      follow() {
        source.value;
        scheme.value;
      },
    });
  }, [source]);
  return <canvas ref={place} width={1} height={1} />;
}
