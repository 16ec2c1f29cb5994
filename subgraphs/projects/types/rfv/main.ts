import 'reflect-metadata';
import { join } from 'node:path';
import { runProjectType } from '../../runtime';
import { rfvType } from './project-type';

runProjectType(rfvType(join(__dirname, 'migrations')));
