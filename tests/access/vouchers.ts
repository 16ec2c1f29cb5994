import { join } from 'node:path';
import { graphql, type GraphQLSchema } from 'graphql';
import type { Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { createLogger } from '#kernel/telemetry';
import { createPrincipalTokens } from '../../gateway/identity';
import { buildTypeSchema } from '../../subgraphs/projects/runtime';
import { rfvType } from '../../subgraphs/projects/types/rfv/project-type';
import { createVoucherProject } from '../../subgraphs/projects/types/rfv/testing/voucher-project';
import { documentOf, type RootField } from './documents';

/** A project of a type of its own, with its own service: what the gateway tells that service of a caller decides there. */
export interface Vouchers {
  projectId: string;
  schema: GraphQLSchema;
  /** Tries a root field as the service sees a caller for whom the project belongs to an organisation. Whether they got through. */
  attempt(root: RootField, caller: Principal, organizationId: string): Promise<boolean>;
  close(): Promise<void>;
}

export async function createVouchers(): Promise<Vouchers> {
  const project = await createVoucherProject({ budgetMinor: 100_000_000n });
  const projectId = project.facts.id;
  const parts = rfvType(join(__dirname, 'none')).build({ projectId, pool: project.pool, logger: createLogger({ name: 'test', level: 'silent' }) });
  const { schema } = await buildTypeSchema(parts, projectId);
  const voucher = async (): Promise<string> => (await project.service().issue({ beneficiaryId: newId() }, { actorId: 'officer', idempotencyKey: newId() })).id;
  const variables: Readonly<Record<string, () => Promise<object>>> = {
    rfvVouchers: async () => ({}),
    rfvVoucher: async () => ({ id: await voucher() }),
    rfvIssueVoucher: async () => ({ input: { beneficiaryId: newId() } }),
    rfvRedeemVoucher: async () => ({ input: { voucherId: await voucher(), vendorId: newId() } }),
    rfvCancelVoucher: async () => ({ input: { voucherId: await voucher() } }),
  };
  return {
    projectId,
    schema,
    attempt: async (root, caller, organizationId) => {
      const { name } = root.field;
      const given = variables[name];
      if (!given) throw new Error(`tests/access/vouchers.ts does not say how to try ${name}.`);
      const { data, errors } = await graphql({
        schema,
        source: documentOf(root),
        variableValues: { projectId, idempotencyKey: newId(), ...(await given()) },
        contextValue: { principal: await toldOf(caller, { projectId, organizationId }) },
      });
      return !errors?.length && data?.[name] != null;
    },
    close: () => project.close(),
  };
}

/** What the gateway would sign for the service of a project. */
async function toldOf(caller: Principal, project: { projectId: string; organizationId: string }): Promise<Principal> {
  const tokens = createPrincipalTokens(async (principal) => JSON.stringify(principal));
  return JSON.parse(await tokens.forProject(caller, project)) as Principal;
}
