export { addressOfLesson, Lessons, lessonStore } from './lessons.js';
export { LessonPanel } from './panel.js';
