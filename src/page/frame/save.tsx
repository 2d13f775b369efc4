import { useSignal } from '@preact/signals';
import type { Session } from '../session/session.js';
import { save } from '../view/download.js';
import { CopyLink } from './copy-link.js';
import { FoldOut } from './fold-out.js';

/** What can be kept of the run that is shown: a checkpoint, its record, its report; and the link to it. */
export function Save({ session }: { session: Session }) {
  const saved = useSignal('');
  const run = session.main.value;
  const moment = session.moment.value;
  if (run === undefined || moment === undefined) return null;
  const { id } = run.info;
  const busy = session.busy.value !== undefined || session.broken.value !== undefined;
  const stem = (step: number) => `lanewise-run-${id}-step-${step}`;
  const give = (content: BlobPart, type: string, name: string) => {
    save(new Blob([content], { type }), name);
    saved.value = `Saved ${name}.`;
  };
  const checkpoint = () =>
    session.atRest('saving the checkpoint', async () => {
      // After the pause: of the newest moment the step is known only now.
      const { step } = session.moment.peek() ?? moment;
      const bytes = await session.worker.checkpoint(id, step);
      give(bytes as Uint8Array<ArrayBuffer>, 'application/octet-stream', `${stem(step)}.safetensors`);
    });
  const record = () =>
    session.atRest('writing the record', async () => {
      const text = `${JSON.stringify(await session.worker.record(id))}\n`;
      give(text, 'application/json', `${stem(newest())}.json`);
    });
  const report = () =>
    session.atRest('making the report', async () => {
      give(await session.worker.report(id), 'text/html', `${stem(newest())}.html`);
    });
  const newest = () => run.frame.peek().step;
  return (
    <FoldOut class="save" title="Save and share">
      <p class="help">
        Of run {id}. A checkpoint is of the moment that you look at; record and report are of the newest.
      </p>
      <div class="actions">
        <button type="button" disabled={busy} onClick={() => void checkpoint()}>
          Checkpoint
        </button>
        <button type="button" disabled={busy} onClick={() => void record()}>
          Record (JSON)
        </button>
        <button type="button" disabled={busy} onClick={() => void report()}>
          Report (HTML)
        </button>
      </div>
      <p class="help">
        Drop a checkpoint on the page, or give it to <code>npx lanewise train --resume</code>, and the run
        goes on. The record has the losses of all splits if you measured them at its step. Each chart has its
        own buttons.
      </p>
      <p role="status">{saved.value}</p>
      <CopyLink session={session} />
    </FoldOut>
  );
}
