import type { Session } from '../session/session.js';
import { whole } from '../view/figures.js';
import { FoldOut } from './fold-out.js';
import { OpenFile } from './open-file.js';
import { QuickControls } from './quick-controls.js';
import { RunList } from './run-list.js';
import { Save } from './save.js';
import { SettingsForm } from './settings-form.js';

/** All that one sets, opens and takes away: the column beside the network where no lesson is. */
export function FreePlay({ session }: { session: Session }) {
  return (
    <section class="free-play" aria-label="Settings">
      <QuickControls session={session} />
      <FoldOut class="all-settings" title="All settings">
        <SettingsForm session={session} />
        <Facts session={session} />
      </FoldOut>
      <RunList session={session} />
      <OpenFile session={session} />
      <Save session={session} />
    </section>
  );
}

function Facts({ session }: { session: Session }) {
  const run = session.main.value;
  if (run === undefined) return null;
  const { backend, reason, parameters, examples } = run.info;
  return (
    <dl class="facts">
      <div>
        <dt>Parameters</dt>
        <dd>{whole(parameters)}</dd>
      </div>
      <div>
        <dt>Examples</dt>
        <dd>
          {whole(examples.train)} train, {whole(examples.val)} val, {whole(examples.test)} test
        </dd>
      </div>
      <div>
        <dt>Computed by</dt>
        <dd data-testid="backend">
          {backend === 'wasm' ? 'WebAssembly SIMD' : 'JavaScript'} <span class="help">({reason})</span>
        </dd>
      </div>
    </dl>
  );
}
