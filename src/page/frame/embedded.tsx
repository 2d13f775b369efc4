import { useEffect } from 'preact/hooks';
import { instruments } from '../instruments/index.js';
import { LessonPanel } from '../lessons/index.js';
import { writeAddress } from '../settings/address.js';
import { theme } from '../view/appearance.js';
import type { AppProps } from './app.js';
import { followAddress } from './follow-address.js';
import { useKeys } from './keys.js';
import { NetworkPanel } from './network-panel.js';
import { Problems } from './problems.js';
import { Meters } from './top-bar.js';
import { PlayButton } from './transport.js';

/** One panel as all of the page, for an iframe of another; with a link to the whole. */
export function Embedded({ session, page, lessons, selection }: AppProps) {
  useEffect(() => followAddress(session, page, lessons), [session, page, lessons]);
  useKeys(session, page);
  const runs = writeAddress(session.shown.value.map(({ linked }) => linked));
  const whole = page.addressOf(
    runs,
    page.view.value === 'lessons' ? lessons.current.value.id : undefined,
    true,
  );
  return (
    <div class="embedded">
      <Problems session={session} />
      <main>
        <Part {...{ session, page, lessons, selection }} />
      </main>
      <footer>
        <PlayButton session={session} />
        <Meters session={session} />
        <a href={whole} target="_blank" rel="noopener">
          lanewise ↗
        </a>
      </footer>
    </div>
  );
}

function Part({ session, page, lessons, selection }: AppProps) {
  const { embedded } = page;
  if (embedded === 'network') return <NetworkPanel session={session} selection={selection} />;
  if (embedded === 'lesson') return <LessonPanel {...{ session, lessons, selection }} />;
  const instrument = instruments.find(({ id }) => id === embedded);
  if (instrument !== undefined) return <instrument.Component session={session} selection={selection} />;
  const known = ['network', 'lesson', ...instruments.map(({ id }) => id)].join(', ');
  return (
    <p class="reading problem">
      <b>Problem.</b> embed: expected one of {known}, got ‘{embedded}’
    </p>
  );
}

/** Light or dark as the address asks for it, otherwise as the browser has it. */
export function applyTheme(asked: 'light' | 'dark' | undefined): void {
  if (asked === undefined) return;
  theme.value = asked;
  document.documentElement.dataset.theme = asked;
}
