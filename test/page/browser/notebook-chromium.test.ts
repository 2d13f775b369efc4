import { describe } from 'vitest';
import { openChromium } from './chromium.js';
import { useGuest } from './guest.js';
import { notebookTests } from './notebook.js';

describe('the notebook in Chromium', () => notebookTests(useGuest(openChromium)));
