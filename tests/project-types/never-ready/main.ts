import 'reflect-metadata';
import { runProjectType } from '../../../subgraphs/projects/runtime';
import { defineBare } from '../bare/define-bare';
import { isMended } from '../bare/is-mended';
import image from './image.json';

runProjectType(defineBare({ image, title: 'Serves, but is never ready', hooks: (deps) => ({ isReady: () => isMended(deps) }) }));
