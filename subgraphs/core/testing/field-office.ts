import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import type { OfflineItem, SignedBatch } from '../offline/signed-batch';
import { signBatch } from '../offline/testing';
import { createPhone, type TestPhone } from './phone';
import { createTestSlices } from './slices';

/** A field worker and their approved device. */
export interface FieldWorker {
  principal: Principal;
  phone: TestPhone;
  deviceId: string;
}

/** What became of a batch, as GraphQL answers it. */
export interface Receipt {
  hash: string;
  nextSeq: number;
  items: Array<{ seq: number; clientId: string; outcome: string; beneficiaryId: string | null; conflict: string | null }>;
}

export interface Conflict {
  id: string;
  kind: string;
  problem: string;
  registration: Record<string, unknown> | null;
  beneficiary: { id: string } | null;
}

export interface Answer<T> {
  answer: T;
  code?: unknown;
  details?: Record<string, unknown> | undefined;
}

/** Core's subgraph with field workers and an officer who decides on what collides. */
export interface FieldOffice {
  pool: Pool;
  prisma: CoreDatabase;
  organizationId: string;
  officer: Principal;
  /** Statements that the database was sent so far. */
  statements(): number;
  person(permissions: string[], more?: Partial<Principal>): Promise<Principal>;
  worker(permissions?: string[], more?: Partial<Principal>): Promise<FieldWorker>;
  ask<T>(principal: Principal, source: string, variables: Record<string, unknown>): Promise<Answer<T>>;
  send(from: FieldWorker, batch: SignedBatch, deviceTime?: string): Promise<Answer<Receipt>>;
  /** References of those of these items who are registered, sorted. */
  registered(items: readonly OfflineItem[]): Promise<string[]>;
  conflictsOf(from: FieldWorker, by?: Principal): Promise<Conflict[]>;
  close(): Promise<void>;
}

const SUBMIT = `mutation ($deviceId: ID!, $batch: OfflineBatchInput!, $deviceTime: DateTime) {
  answer: submitOfflineRegistrations(deviceId: $deviceId, batch: $batch, deviceTime: $deviceTime) { hash nextSeq items { seq clientId outcome beneficiaryId conflict } }
}`;
const LIST = 'query ($filter: OfflineConflictFilter) { answer: offlineConflicts(first: 200, filter: $filter) { edges { node { id kind problem areaCode clientId registration beneficiary { id } } } } }';

export async function createFieldOffice(databaseUrl: string): Promise<FieldOffice> {
  const pool = createPool(databaseUrl, { max: 10, name: 'test' });
  let statements = 0;
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      statements += 1;
      return query(...args);
    }) as typeof client.query;
  });
  const prisma = createDatabase(pool);
  const subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  const organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
  const person: FieldOffice['person'] = async (permissions, more = {}) => {
    const id = newId();
    await prisma.user.create({ data: { id, organizationId, displayName: 'U', email: `${id}@ours.example`, passwordHash: 'x' } });
    return { subject: id, organizationId, roles: [], permissions, projectPermissions: {}, ...more };
  };
  const officer = await person(['beneficiary:read', 'beneficiary:write', 'beneficiary:read-pii']);
  const ask = async <T>(principal: Principal, source: string, variables: Record<string, unknown>): Promise<Answer<T>> => {
    const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
    const error = errors?.[0]?.originalError as { code?: unknown; details?: Record<string, unknown> } | undefined;
    return { answer: data?.answer as T, ...(errors ? { code: error?.code ?? 'GRAPHQL', details: error?.details } : {}) };
  };
  return {
    ...{ pool, prisma, organizationId, officer, person, ask, statements: () => statements },
    worker: async (permissions = ['beneficiary:write'], more = {}) => {
      const [principal, phone, deviceId] = [await person(permissions, more), createPhone(), newId()];
      const publicKey = new Uint8Array(Buffer.from(phone.publicKey, 'base64url'));
      const approved = { status: 'APPROVED' as const, approvedById: 'x', approvedAt: new Date() };
      await prisma.device.create({ data: { id: deviceId, organizationId, userId: principal.subject, publicKey, label: 'Phone', enrolledById: principal.subject, ...approved } });
      return { principal, phone, deviceId };
    },
    send: ({ principal, deviceId }, batch, deviceTime) => ask(principal, SUBMIT, { deviceId, batch, deviceTime }),
    registered: async (items) => {
      const rows = await prisma.beneficiary.findMany({ where: { organizationId, referenceId: { in: references(items) } } });
      return rows.map(({ referenceId }) => referenceId).sort();
    },
    conflictsOf: async ({ deviceId }, by = officer) => {
      const { answer } = await ask<{ edges: Array<{ node: Conflict }> }>(by, LIST, { filter: { deviceId } });
      return answer.edges.map(({ node }) => node);
    },
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** A batch of these items, signed by the worker's device. */
export function sign({ phone, deviceId }: FieldWorker, items: OfflineItem[], previousHash: string | null = null): { batch: SignedBatch; hash: string } {
  return signBatch(phone, deviceId, items, previousHash);
}

export function references(items: readonly OfflineItem[]): string[] {
  return items.map(({ registration }) => String(registration.referenceId)).sort();
}
