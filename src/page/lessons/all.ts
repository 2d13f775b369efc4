import type { Lesson } from './lesson.js';

const files = import.meta.glob<Lesson>('./lecture/*.ts', { eager: true, import: 'lesson' });

/** Every file of `lecture/`, in the order of the video. */
export const lessons: readonly Lesson[] = Object.values(files).sort(
  (a, b) => a.time - b.time || (a.order ?? 0) - (b.order ?? 0),
);
