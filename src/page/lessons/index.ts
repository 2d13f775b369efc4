export type { Lesson } from './lesson.js';
export { addressOfLesson, Lessons, lessonStore, linkOf } from './lessons.js';
export { LessonPanel } from './panel.js';
