import type { Report } from '../report';

export async function measureGoingLive(_root: string, _size: number): Promise<Report> {
  return { title: 'going-live', blocks: [] };
}
