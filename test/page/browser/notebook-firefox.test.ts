import { describe, test } from 'vitest';
import { firefoxPath, openFirefox } from './firefox.js';
import { useGuest } from './guest.js';
import { notebookTests } from './notebook.js';

if (firefoxPath !== '') describe('the notebook in Firefox', () => notebookTests(useGuest(openFirefox)));
else
  test.skip(
    'the notebook in Firefox: skipped, there is none here and none could be installed (LANEWISE_FIREFOX)',
  );
