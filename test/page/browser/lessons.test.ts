import { describe, test } from 'vitest';
import { openChromium } from './chromium.js';
import { firefoxPath, openFirefox } from './firefox.js';
import { lessonTests } from './lessons.js';

describe('the lessons in Chromium', () => lessonTests(() => openChromium({ reducedMotion: 'reduce' })));

if (firefoxPath !== '')
  describe('the lessons in Firefox', () => lessonTests(() => openFirefox({ calm: true })));
else
  test.skip(
    'the lessons in Firefox: skipped, there is none here and none could be installed (LANEWISE_FIREFOX)',
  );
