import { instruments } from '../instruments/index.js';
import { pointAt } from '../instruments/point-at.js';

/** The way to each instrument. No links: what stands behind the `#` of the address are the settings. */
export const Jump = () => (
  <nav class="jump" aria-label="Instruments">
    {instruments.map(({ id, short }) => (
      <button key={id} type="button" onClick={() => pointAt(id)}>
        {short}
      </button>
    ))}
  </nav>
);
