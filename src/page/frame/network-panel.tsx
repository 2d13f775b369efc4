import { NetworkPicture } from '../network/index.js';
import { PanelTools } from '../view/panel-tools.js';
import type { AppProps } from './app.js';

/** The picture of the network as a panel like the others. */
export const NetworkPanel = ({ session, selection }: Pick<AppProps, 'session' | 'selection'>) => (
  <div class="instrument network-panel" id="network">
    <h2 class="visually-hidden">The network</h2>
    <NetworkPicture session={session} selection={selection} />
    <PanelTools id="network" title="The network" />
  </div>
);
