import { expose } from 'comlink';
import { Runs } from './workshop.js';

expose(new Runs());
