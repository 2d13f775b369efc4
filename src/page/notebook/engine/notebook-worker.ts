import { expose } from 'comlink';
import { browserHost } from './browser-host.js';
import { deprive } from './deprive.js';
import { Engine } from './engine.js';

deprive(globalThis);
const engine = new Engine(browserHost);
addEventListener('error', (event) => {
  if (engine.strayed(event.error)) event.preventDefault();
});
addEventListener('unhandledrejection', (event) => {
  if (engine.strayed(event.reason)) event.preventDefault();
});
expose(engine);
