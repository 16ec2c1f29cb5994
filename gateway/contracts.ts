import { z } from 'zod';
import { principalSchema } from '#kernel/auth';

// The shapes that core sends (docs/architecture.md, "Internal calls of core"). Unknown extra keys are dropped, so that core may
// grow before its gateways do.

/** One subgraph as the gateway sees it; `kind` picks the data source, which alone understands `config`. */
export const subgraphDescriptorSchema = z.object({
  name: z.string().min(1),
  kind: z.string().min(1),
  /** Base URL or full endpoint; null when the data source finds its servers elsewhere. */
  url: z.string().nullable(),
  config: z.unknown(),
});
export type SubgraphDescriptor = z.infer<typeof subgraphDescriptorSchema>;

/** One version of the composed graph, and who serves which part of it. */
export const supergraphArtifactSchema = z.object({
  version: z.number().int().nonnegative(),
  sdl: z.string().min(1),
  subgraphs: z.array(subgraphDescriptorSchema),
});
export type SupergraphArtifact = z.infer<typeof supergraphArtifactSchema>;

/** Where one project is served. `type` is the name of the subgraph that serves it. */
export const projectRouteSchema = z.object({
  projectId: z.string().min(1),
  organizationId: z.string(),
  type: z.string(),
  status: z.string(),
  instance: z.object({ id: z.string(), url: z.string(), sdlHash: z.string() }).nullable(),
});
export type ProjectRoute = z.infer<typeof projectRouteSchema>;

/** Every project, also those without a running instance. */
export const routeTableSchema = z.object({ version: z.number().int().nonnegative(), routes: z.array(projectRouteSchema) });
export type RouteTable = z.infer<typeof routeTableSchema>;

/** What one user, or the bearer of one API key, may do now. `version` is that of the permission rules it was computed from. */
export const effectivePermissionsSchema = principalSchema.extend({
  version: z.number().int(),
  /** When the first of these permissions expires (UTC, ISO 8601); null or absent when none does. */
  validUntil: z.iso.datetime().nullish(),
});
export type EffectivePermissions = z.infer<typeof effectivePermissionsSchema>;

/** Public keys of access tokens, as RFC 7517 writes them. */
export const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
export type Jwks = z.infer<typeof jwksSchema>;

/** One event of the feed that core serves on `GET /internal/gateway/events`; no personal data. */
export const feedEventSchema = z.object({
  /** Where it stands in the feed: digits, growing. Also the id of the server-sent event. */
  position: z.string().regex(/^\d+$/),
  id: z.string().min(1),
  name: z.string().min(1),
  version: z.number().int(),
  projectId: z.string().nullable(),
  aggregateType: z.string(),
  aggregateId: z.string(),
  /** UTC, ISO 8601. */
  occurredAt: z.string(),
});
export type FeedEvent = z.infer<typeof feedEventSchema>;

/** Which events a subscription field tells of, so that a gateway need not ask core about the others. */
export const subscriptionFieldSchema = z.object({
  /** Beginnings of event names, for example `project.`; an event passes when one fits. */
  names: z.array(z.string().min(1)).min(1),
  /** Argument → the key of the event that it must equal when it is given; a list must contain it. */
  matches: z.record(z.string(), z.enum(['projectId', 'aggregateId', 'name'])),
});
export type SubscriptionField = z.infer<typeof subscriptionFieldSchema>;
