import type { TestSystem } from '../../tests/kit/system';
import type { Question } from './question';
import type { Subject } from './subject';
import { openWire } from './wire';

/** A way to get the answer: as data in the shape that a client of the gateway sees. */
export interface Way {
  ask(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** As a client: one request, with an access token. */
export async function throughGateway(system: TestSystem, question: Question, subject: Subject, connections: number): Promise<Way> {
  const wire = openWire(`${system.urls.gateway}/graphql`, connections);
  const headers = { authorization: `Bearer ${await system.token('admin')}` };
  return {
    ask: () => wire.ask(question.throughGateway, { id: subject.id }, headers),
    close: () => wire.close(),
  };
}
