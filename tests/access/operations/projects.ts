import type { Rows } from '../rows';
import { PROJECT, told, type Operation } from './operation';

function onProject(status: Parameters<Rows['project']>[1], more: Record<string, unknown> = {}): Operation {
  return {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id } = await rows.project(place, status);
      return { variables: { id, ...more }, projectId: id };
    },
  };
}

function onMilestone(variables: (projectId: string, milestoneId: string) => Record<string, unknown>): Operation {
  return {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id } = await rows.project(place);
      return { variables: variables(id, await rows.milestone(id)), projectId: id };
    },
  };
}

/** Root fields about projects. */
export const projects: Readonly<Record<string, Operation>> = {
  project: onProject('ACTIVE'),
  projectBySlug: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id, slug } = await rows.project(place);
      return { variables: { slug }, projectId: id };
    },
  },
  projects: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id, slug } = await rows.project(place);
      return { variables: { filter: { search: slug } }, projectId: id, shows: id };
    },
  },
  projectEvents: {
    borders: PROJECT,
    target: async (around) => {
      const { id } = await around.rows.project(around.place);
      return { variables: { projectId: id }, projectId: id, event: { ...told('project.updated', around, 'Project', id), projectId: id } };
    },
  },
  updateProject: onProject('ACTIVE', { input: { name: 'Changed' } }),
  deployProject: onProject('DRAFT'),
  retryProjectDeployment: onProject('FAILED'),
  upgradeProject: onProject('ACTIVE', { version: '1.1.0' }),
  pauseProject: onProject('ACTIVE'),
  resumeProject: onProject('PAUSED'),
  closeProject: onProject('ACTIVE'),
  archiveProject: onProject('CLOSED'),
  deleteProject: onProject('DRAFT'),
  addMilestone: onMilestone((projectId) => ({ projectId, input: { title: 'New', dueOn: '2026-06-30' } })),
  updateMilestone: onMilestone((projectId, id) => ({ projectId, input: { id, title: 'Changed' } })),
  removeMilestone: onMilestone((projectId, milestoneId) => ({ projectId, milestoneId })),
};
