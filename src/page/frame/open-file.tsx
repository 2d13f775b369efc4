import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { isCheckpoint, notCheckpoint } from '../session/file-kind.js';
import type { Session } from '../session/session.js';
import { whole } from '../view/figures.js';
import { FileName } from '../view/file-name.js';

/** Far more than any list of names or any run of this page. */
const MOST_BYTES = 2 ** 28;

/** Whether a file is held over the page. */
const over = signal(false);

/** A file that is dropped anywhere on the page is opened: a list of names or a checkpoint. */
export function useDroppedFiles(session: Session) {
  useEffect(() => {
    const hover = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      over.value = event.type === 'dragover';
    };
    const drop = (event: DragEvent) => {
      hover(event);
      void take(session, event.dataTransfer?.files);
    };
    addEventListener('dragover', hover);
    addEventListener('dragleave', hover);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', hover);
      removeEventListener('dragleave', hover);
      removeEventListener('drop', drop);
    };
  }, [session]);
}

/** The names that are learned, and the button that opens a file. */
export function OpenFile({ session }: { session: Session }) {
  const input = useRef<HTMLInputElement>(null);
  const run = session.main.value;
  const { names } = run?.info ?? {};
  return (
    <section class="data" aria-labelledby="data-title">
      <h2 id="data-title">Names</h2>
      {names && (
        <p data-testid="names">
          {run?.names === undefined ? 'Built-in: US births of 2018' : <FileName of={names.source} />},{' '}
          {whole(names.count)} names
          {names.lecture && ' (the lecture’s own list)'}
          {names.blankLines > 0 && `, ${whole(names.blankLines)} blank lines skipped`}
        </p>
      )}
      <input
        ref={input}
        type="file"
        id="names-file"
        class="visually-hidden"
        aria-label="File: names, one a line, or a checkpoint"
        onChange={({ currentTarget }) => {
          void take(session, currentTarget.files);
          currentTarget.value = '';
        }}
      />
      <Awaited session={session} />
      <button type="button" class={over.value ? 'over' : ''} onClick={() => input.current?.click()}>
        {over.value ? 'Drop it' : 'Open or drop a file…'}
      </button>
      {session.names.value && session.awaiting.value === undefined && (
        <button type="button" onClick={() => void session.use(undefined)}>
          Built-in names
        </button>
      )}
      <p class="help">
        Names, one a line, or a checkpoint (.safetensors) of this page or of the command. It stays in your
        browser.
      </p>
    </section>
  );
}

/** A checkpoint that cannot go on before its names are here. */
function Awaited({ session }: { session: Session }) {
  const awaiting = session.awaiting.value;
  if (awaiting === undefined) return null;
  const { file, saved } = awaiting;
  const { path, count, sha256 } = saved.names;
  return (
    <div role="status" class="awaited">
      <p>
        <FileName of={file.source} />, step {whole(saved.step)}, was trained on another list:{' '}
        <FileName of={path} />, {whole(count)} names, SHA-256 {sha256.slice(0, 12)}…. Open or drop that list
        to go on.
      </p>
      <button
        type="button"
        onClick={() => {
          session.awaiting.value = undefined;
        }}
      >
        Leave it
      </button>
    </div>
  );
}

async function take(session: Session, files: FileList | null | undefined): Promise<void> {
  const [file] = files ?? [];
  if (file === undefined) return;
  if (files && files.length > 1) {
    session.problem.value = `expected one file at a time, got ${whole(files.length)}: ${file.name} and others`;
    return;
  }
  const { name: source, size } = file;
  if (size > MOST_BYTES) {
    session.problem.value = `${source}: expected a file of at most ${MOST_BYTES / 2 ** 20} MiB, got ${whole(Math.ceil(size / 2 ** 20))} MiB`;
    return;
  }
  const bytes = await session.reading(source, () => file.arrayBuffer());
  if (bytes === undefined) return;
  const refused = notCheckpoint(source, bytes);
  if (refused !== undefined) {
    session.problem.value = refused;
    return;
  }
  await (isCheckpoint(bytes) ? session.resume({ source, bytes }) : session.use({ source, bytes }));
}
