import { expose } from 'comlink';
import { Runs } from './runs.js';

expose(new Runs());
