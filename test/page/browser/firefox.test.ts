import { describe, test } from 'vitest';
import { coreTests } from './core.js';
import { firefoxPath, openFirefox } from './firefox.js';
import { useGuest } from './guest.js';

// Only what depends on the engine; the rest is shown in Chromium.
if (firefoxPath !== '') describe('the page in Firefox', () => coreTests(useGuest(openFirefox)));
else
  test.skip(
    'the page in Firefox: skipped, there is none here and none could be installed (LANEWISE_FIREFOX)',
  );
