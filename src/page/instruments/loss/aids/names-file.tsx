import { useSignal } from '@preact/signals';
import { printable } from 'lanewise';
import { useEffect } from 'preact/hooks';
import { messageOf } from '../../../session/jobs.js';
import type { Session } from '../../../session/session.js';
import { runExperiment } from './experiments.js';

const EXAMPLE = 'emma\nolivia\n\nava\nisabella\nsophia\nj.r.';
/** Milliseconds without a key before the text is read. */
const CALM = 250;

/** Where the names are from, how to use others, and what a list must be like, to try out. */
export function NamesFileAid({ session }: { session: Session }) {
  const text = useSignal(EXAMPLE);
  const verdict = useSignal<{ accepted: boolean; message: string } | undefined>(undefined);
  const { value } = text;
  useEffect(() => {
    let left = false;
    const timer = setTimeout(async () => {
      const read = await runExperiment((here) => here.readNames(value)).catch((error) => ({
        accepted: false,
        message: messageOf(error),
      }));
      if (!left) verdict.value = read;
    }, CALM);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [value, verdict]);
  const run = session.main.value;
  return (
    <div class="aid">
      <p>
        Not here: the page brings a list of its own,{' '}
        {run && run.names === undefined ? 'the one in use now, ' : ''}
        32,178 first names of the United States’ births of 2018, in the public domain. The video’s names.txt
        has 32,033 of an earlier release of the same list, and is part of karpathy/makemore on GitHub. To use
        it, or any other list, drop the file anywhere on the page, or
        <button type="button" class="inline" onClick={() => document.getElementById('names-file')?.click()}>
          open it
        </button>{' '}
        here. It stays in your browser.
      </p>
      <p>
        A list is UTF-8 text, one name a line, in any script, six names or more. Blank lines are skipped,
        duplicates stay. Where a name holds a full stop, the token for where names begin and end is printed as
        another character. Refused are files that are not UTF-8, and names with a control character. Try it:
      </p>
      <label>
        <span class="visually-hidden">A list of names, one a line</span>
        <textarea
          class="names-text"
          rows={7}
          spellcheck={false}
          value={value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
      </label>
      <p role="status" class={verdict.value?.accepted === false ? 'differs' : 'agrees'}>
        {verdict.value === undefined
          ? 'Reading…'
          : `${verdict.value.accepted ? 'Accepted.' : 'Refused.'} ${printable(verdict.value.message)}`}
      </p>
    </div>
  );
}
