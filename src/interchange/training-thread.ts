// The whole of the thread that `train` begins: the build makes a text of it, with all that it imports.
import { serveTraining } from './serve-training.js';
import { prepareTraining } from './training-description.js';

serveTraining(prepareTraining);
