import { useEffect, useMemo } from 'preact/hooks';
import type { Lessons } from '../lessons/index.js';
import type { PageState } from '../session/page-state.js';
import type { Selection } from '../session/selection.js';
import type { Session } from '../session/session.js';
import { type PanelActions, PanelContext } from '../view/panel-tools.js';
import { useLazy } from '../view/use-lazy.js';
import { copyEmbed } from './copy-embed.js';
import { followAddress } from './follow-address.js';
import { useKeys } from './keys.js';
import { LostRunOffer } from './lost-run.js';
import { useDroppedFiles } from './open-file.js';
import { Problems } from './problems.js';
import { Projector } from './projector.js';
import { TopBar } from './top-bar.js';
import { Transport } from './transport.js';
import { Workspace } from './workspace.js';

export interface AppProps {
  session: Session;
  page: PageState;
  lessons: Lessons;
  selection: Selection;
}

export function App({ session, page, lessons, selection }: AppProps) {
  useEffect(() => followAddress(session, page, lessons), [session, page, lessons]);
  useKeys(session, page);
  useDroppedFiles(session);
  const actions = useMemo(
    (): PanelActions => ({
      project(id) {
        page.projected.value = id;
      },
      embed: copyEmbed,
    }),
    [page],
  );
  return (
    <PanelContext.Provider value={actions}>
      <div class={`bars ${page.view.value}`}>
        <TopBar {...{ session, page, lessons }} />
        <Transport session={session} />
      </div>
      <Problems session={session} />
      <LostRunOffer session={session} lessons={lessons} />
      {page.view.value === 'benchmark' ? (
        <Benchmark session={session} />
      ) : (
        <Workspace {...{ session, page, lessons, selection }} />
      )}
      <Projector session={session} page={page} />
    </PanelContext.Provider>
  );
}

const loadBenchmark = async () => (await import('../benchmark/panel.js')).BenchPanel;

function Benchmark({ session }: { session: Session }) {
  const Panel = useLazy(loadBenchmark);
  return (
    <main class="benchmark-view">
      {Panel === undefined ? <p class="empty">Loading…</p> : <Panel session={session} />}
    </main>
  );
}
