import type { Login } from './seed';
import type { Progress } from './progress';

/** A project that the start has brought up. */
export interface DemoProject {
  id: string;
  name: string;
  type: string;
}

export interface DemoDeps {
  gatewayUrl: string;
  imagesDir: string;
  logins: Login[];
  progress: Progress;
}

export async function bringUpDemo(_deps: DemoDeps): Promise<DemoProject[]> {
  return [];
}
