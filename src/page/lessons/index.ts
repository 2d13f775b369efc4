export type { Lesson } from './lesson.js';
export { Lessons, lessonStore, linkOf } from './lessons.js';
export { LessonPanel } from './panel.js';
