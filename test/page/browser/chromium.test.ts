import { describe } from 'vitest';
import { openChromium } from './chromium.js';
import { coreTests } from './core.js';

describe('the page in Chromium', () => coreTests(openChromium));
