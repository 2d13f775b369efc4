import { prepareTraining, serveTraining } from 'lanewise/worker';

serveTraining(prepareTraining);
