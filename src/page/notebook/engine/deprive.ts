/**
 * What no cell has a use for: to send or fetch, to read what the browser keeps for the page, to speak to its other tabs, to
 * end the worker.
 * The policy that the worker is served with forbids the first; a server may send none. The rest no policy forbids.
 */
const GLOBALS = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'EventSource',
  'WebTransport',
  'FontFace',
  'importScripts',
  'close',
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
  'indexedDB',
  'caches',
  'cookieStore',
];
const NAVIGATOR = ['storage', 'locks', 'serviceWorker'];

/** Takes these from a worker before it runs a cell. Whatever asks for one finds that it is not defined. */
export function deprive(scope: object & { navigator: object }): void {
  for (const name of GLOBALS) remove(scope, name);
  for (const name of NAVIGATOR) remove(scope.navigator, name);
}

function remove(from: object, name: string): void {
  for (let each: object | null = from; each !== null; each = Object.getPrototypeOf(each))
    Reflect.deleteProperty(each, name);
}
