import { useState } from 'preact/hooks';
import { instruments } from '../instruments/index.js';
import { LessonPanel } from '../lessons/index.js';
import { FoldingContext } from '../view/instrument.js';
import type { AppProps } from './app.js';
import { FoldOut } from './fold-out.js';
import { FreePlay } from './free-play.js';
import { InstrumentNav } from './instrument-nav.js';
import { LatestNames } from './latest-names.js';
import { NetworkPanel } from './network-panel.js';

const beside = instruments.filter((each) => each.beside);
const below = instruments.filter((each) => !each.beside);

/** The network with loss and names, the column at its left, and the instruments below. */
export function Workspace({ session, page, lessons, selection }: AppProps) {
  const [wide] = useState(() => matchMedia('(min-width: 48rem)').matches);
  // What is not there yet would push the rest about when it comes.
  const waiting = [session.main, session.broken, session.problem].every(({ value }) => value === undefined);
  const classes = ['workspace'];
  if (waiting) classes.push('waiting');
  const asks = page.view.value === 'lessons' && lessons.stage.value === 'ask';
  // What a lesson asks for is not given away beside it, unless one goes on by oneself.
  if (asks && session.frame.value?.step === 0) classes.push('asks');
  return (
    <div class={classes.join(' ')}>
      <aside class="column">
        {page.view.value === 'lessons' ? (
          <>
            <LessonPanel {...{ session, lessons, selection }} />
            <FoldOut class="lesson-settings" title="Settings, files, runs">
              <FreePlay session={session} />
            </FoldOut>
          </>
        ) : (
          <FreePlay session={session} />
        )}
      </aside>
      <main>
        <div class="stage">
          <NetworkPanel session={session} selection={selection} />
          <LatestNames session={session} />
          {beside.map(({ id, Component }) => (
            <Component key={id} session={session} selection={selection} />
          ))}
        </div>
        <InstrumentNav session={session} />
        <div class="instruments">
          {below.map(({ id, open, Component }) => (
            <FoldingContext.Provider key={id} value={wide && open ? 'open' : 'folded'}>
              <Component session={session} selection={selection} />
            </FoldingContext.Provider>
          ))}
        </div>
      </main>
    </div>
  );
}
