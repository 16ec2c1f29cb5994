import type { Report } from '../report';

export async function measureThreeWay(_root: string, _size: number): Promise<Report> {
  return { title: 'three-way', blocks: [] };
}
