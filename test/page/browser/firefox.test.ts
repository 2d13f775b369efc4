import { describe, test } from 'vitest';
import { coreTests } from './core.js';
import { firefoxPath, openFirefox } from './firefox.js';

if (firefoxPath !== '') describe('the page in Firefox', () => coreTests(openFirefox));
else
  test.skip(
    'the page in Firefox: skipped, there is none here and none could be installed (LANEWISE_FIREFOX)',
  );
