// What a page's program takes of the library.
import { load, type Sequential, type Trainer } from 'lanewise';
import { canvasChart, lossCurve } from 'lanewise/charts';
import { saveCheckpoint, saveStateDict } from 'lanewise/checkpoint';
import { exportOnnx } from 'lanewise/onnx';
import { trainInWorker } from 'lanewise/worker';

export const download = (model: Sequential): Blob =>
  new Blob([saveCheckpoint({ model }), saveStateDict(model), exportOnnx(model)]);
export const chart = (host: HTMLElement) =>
  canvasChart(host).draw(lossCurve({ losses: [], vocabularySize: 2 }));
export const stoppable = (trainer: Trainer, { signal }: AbortController): Promise<number> =>
  trainer.run(10, { signal });
export const streamed = (url: string) => load({ wasm: WebAssembly.compileStreaming(fetch(url)) });
export const apart = (url: URL, { signal }: AbortController) =>
  trainInWorker(new Worker(url, { type: 'module' }), { data: 1, signal });
