import { useRef } from 'preact/hooks';
import { useNotebook } from './context.js';
import { Menu } from './menu.js';

/** What the cells are given: a list of names, and whether they may take long. */
export function Given() {
  const { notebook, view } = useNotebook();
  const input = useRef<HTMLInputElement>(null);
  const take = async (work: Promise<void>, said: string) => {
    try {
      await work;
      view.say(`${said} Run the cells anew.`);
    } catch (error) {
      notebook.problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  const source = notebook.namesSource.value;
  const long = notebook.long.value;
  return (
    <>
      <Menu title="Names">
        <button type="button" onClick={() => input.current?.click()}>
          A list from a file…
        </button>
        {source !== undefined && (
          <button
            type="button"
            onClick={() => void take(notebook.openNames(undefined), 'The names are the built-in ones.')}
          >
            Built-in names in place of {source}
          </button>
        )}
        <button
          type="button"
          onClick={() =>
            void take(
              notebook.setLong(!long),
              long ? 'The first network takes 10,001 steps.' : 'The first network takes 200,000 steps.',
            )
          }
        >
          {long ? 'Train for 10,001 steps again' : 'Train for the lecture’s 200,000 steps'}
        </button>
      </Menu>
      <input
        ref={input}
        type="file"
        hidden
        accept=".txt,text/plain"
        aria-label="Open a list of names"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) void take(notebook.openNames(file), `The names are those of ${file.name}.`);
          currentTarget.value = '';
        }}
      />
    </>
  );
}
