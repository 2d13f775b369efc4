/** All that editing needs, loaded after the page's first paint. */
export { openEditor } from './editor.js';
export { highlighted } from './highlight.js';
export { needsOf } from './sources.js';
