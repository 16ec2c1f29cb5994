import 'reflect-metadata';
import { runProjectType } from '../../../subgraphs/projects/runtime';
import { defineBare } from '../bare/define-bare';
import { isMended } from '../bare/is-mended';
import image from './image.json';

runProjectType(
  defineBare({
    image,
    title: 'Ends at start',
    hooks: (deps) => ({
      start: async () => {
        if (!(await isMended(deps))) throw new Error('The crasher crashed, as it does until its settings say that it was mended.');
      },
    }),
  }),
);
