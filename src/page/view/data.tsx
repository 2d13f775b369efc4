import { useEffect, useRef, useState } from 'preact/hooks';
import type { NamesFile } from '../protocol.js';
import type { Session } from '../session.js';

/** The names that are learned: the built-in ones, or a file that is chosen or dropped anywhere on the page. */
export function Data({ session }: { session: Session }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hover = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(event.type === 'dragover');
    };
    const drop = (event: DragEvent) => {
      hover(event);
      const file = event.dataTransfer?.files[0];
      if (file) void take(session, file);
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
  const run = session.main.value;
  const { names } = run?.info ?? {};
  return (
    <section class="data" aria-labelledby="data-title">
      <h3 id="data-title">Names</h3>
      {names && (
        <p data-testid="names">
          {names.source === 'built-in' ? 'Built-in: US births of 2018' : names.source},{' '}
          {names.count.toLocaleString('en')} names
          {names.lecture && ' (the lecture’s own list)'}
          {names.blankLines > 0 && `, ${names.blankLines.toLocaleString('en')} blank lines skipped`}
        </p>
      )}
      <input
        ref={input}
        type="file"
        id="names-file"
        class="visually-hidden"
        accept=".txt,text/plain"
        aria-label="File of names, one a line"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) void take(session, file);
          currentTarget.value = '';
        }}
      />
      <button type="button" class={over ? 'over' : ''} onClick={() => input.current?.click()}>
        {over ? 'Drop it' : 'Open or drop a file…'}
      </button>
      {session.names.value && (
        <button type="button" onClick={() => void use(session, undefined)}>
          Built-in names
        </button>
      )}
    </section>
  );
}

async function take(session: Session, file: File): Promise<void> {
  await use(session, { source: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
}

/** The same settings on other names. Where they cannot be read, the run stays as it is and the page says why. */
async function use(session: Session, names: NamesFile | undefined): Promise<void> {
  const before = session.names.peek();
  const { linked } = session.main.peek() ?? {};
  if (linked === undefined) return;
  session.names.value = names;
  const { names: _, ...rest } = linked;
  await session.show([rest]);
  if (session.problem.peek() !== undefined) session.names.value = before;
}
