// What the page of server.mjs runs: one pass, whose result goes back to the server.
import { pass } from './pass.mjs';

const options = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const answer = await (async () => {
  try {
    const ceiling = await (await fetch('/ceiling.wasm')).arrayBuffer();
    return { userAgent: navigator.userAgent, ...(await pass({ ...options, ceiling })) };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
})();
await fetch('/result', { method: 'POST', body: JSON.stringify(answer) });
