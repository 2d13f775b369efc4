import { useEffect } from 'preact/hooks';
import { instruments } from '../instruments/index.js';
import { writeAddress } from '../settings/address.js';
import { theme } from '../view/appearance.js';
import type { AppProps } from './app.js';
import { followAddress } from './follow-address.js';
import { useKeys } from './keys.js';
import { Problems } from './problems.js';
import { Meters } from './top-bar.js';
import { PlayButton } from './transport.js';

/** One panel as all of the page, for an iframe of another; with a link to the whole. */
export function Embedded({ session, page }: AppProps) {
  useEffect(() => followAddress(session, page), [session, page]);
  useKeys(session, page);
  const whole = page.addressOf(writeAddress(session.shown.value.map(({ linked }) => linked)), true);
  return (
    <div class="embedded">
      <Problems session={session} />
      <main>
        <Part session={session} page={page} />
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

function Part({ session, page }: AppProps) {
  const { embedded } = page;
  const instrument = instruments.find(({ id }) => id === embedded);
  if (instrument !== undefined) return <instrument.Component session={session} />;
  const known = instruments.map(({ id }) => id).join(', ');
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
