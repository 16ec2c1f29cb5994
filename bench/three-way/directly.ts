import { decodeJwt } from 'jose';
import { createPrincipalSigner, PRINCIPAL_HEADER, type Principal } from '#kernel/auth';
import { clientTls, createInternalClient, identity, type TlsFiles } from '#kernel/tls';
import { ensureCredentials } from '../../cli/start/credentials';
import { openStateDir } from '../../cli/start/state-dir';
import type { ProjectRoute } from '../../gateway/contracts';
import { createPrincipalTokens } from '../../gateway/identity';
import { createCoreClient } from '../../gateway/registry';
import { graphPaths } from '../../subgraphs/chain/graph-api';
import type { TestSystem } from '../../tests/kit/system';
import type { Question } from './question';
import type { Subject } from './subject';
import type { Way } from './through-gateway';
import { openWire } from './wire';

/** Who asks, with what, whom: as the gateway would. */
export interface Access {
  tls: TlsFiles;
  principal: Principal;
  tokens: ReturnType<typeof createPrincipalTokens>;
  route: ProjectRoute & { instance: NonNullable<ProjectRoute['instance']> };
  urls: { core: string; chain: string };
}

/** Takes the part of the gateway: its certificate, its key, what core tells it of the administrator and of the project. */
export async function accessOf(system: TestSystem, subject: Subject): Promise<Access> {
  const credentials = await ensureCredentials(openStateDir(system.stateDir));
  const tls = credentials.tls.gateway;
  const client = createInternalClient(tls);
  try {
    const core = createCoreClient(client, String(system.urls.core));
    const known = await core.permissions(String(decodeJwt(await system.token('admin')).sub));
    const route = await core.route(subject.id);
    if (!known || !route?.instance) throw new Error('Core does not know the administrator or the project.');
    const { version: _version, ...principal } = known;
    const tokens = createPrincipalTokens(createPrincipalSigner(credentials.principal.privateFile));
    return { tls, principal, tokens, route: { ...route, instance: route.instance }, urls: { core: String(system.urls.core), chain: String(system.urls.chain) } };
  } finally {
    await client.close();
  }
}

/** Core first, because the project must be there for its parts to be asked; then its service and the chain at the same time. */
export function directly({ tls, principal, tokens, route, urls }: Access, question: Question, { id, contractAddress }: Subject, connections: number): Way {
  const { instance } = route;
  const core = openWire(`${urls.core}/graphql`, connections, clientTls(tls, identity.core));
  const service = openWire(`${instance.url}/graphql`, connections, clientTls(tls, identity.projectInstance(id, instance.id)));
  const chain = question.chain === null ? null : openWire(urls.chain + graphPaths.data('aid'), connections, clientTls(tls, identity.chain));
  const signed = async (token: Promise<string>): Promise<Record<string, string>> => ({ [PRINCIPAL_HEADER]: await token });
  const askService = async (): Promise<unknown> => {
    const answer = await service.ask(question.service, { representations: [{ __typename: 'Project', id }] }, await signed(tokens.forProject(principal, route)));
    return (answer._entities as Array<{ rfv: unknown }>)[0]?.rfv;
  };
  const askChain = async (address: string): Promise<unknown> => {
    const answer = await chain?.ask(question.chain ?? '', { address: address.toLowerCase() }, await signed(tokens.forService(principal, 'chain')));
    return answer?.aidProject;
  };
  return {
    ask: async () => {
      const { project } = (await core.ask(question.core, { id }, await signed(tokens.forService(principal, 'core')))) as { project: Record<string, unknown> };
      const [rfv, onChain] = await Promise.all([askService(), chain ? askChain(String(project.contractAddress ?? contractAddress)) : undefined]);
      return { project: { ...project, rfv, ...(chain ? { onChain } : {}) } };
    },
    close: async () => {
      await Promise.all([core, service, ...(chain ? [chain] : [])].map((wire) => wire.close()));
    },
  };
}
