import { describe } from 'vitest';
import { openChromium } from './chromium.js';
import { coreTests } from './core.js';
import { useGuest } from './guest.js';
import { runTests } from './runs.js';
import { settingsTests } from './settings.js';

describe('the page in Chromium', () => {
  const guest = useGuest(openChromium);
  coreTests(guest);
  // The page's own logic, the same in every engine: one browser shows it.
  settingsTests(guest);
  runTests(guest);
});
