import { AppError } from '#kernel/errors';
import type { Logger } from '#kernel/telemetry';
import { isUniqueViolation, transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { RouteTable, SubgraphDescriptor, SupergraphArtifact } from './artifact';
import type { ComposableSubgraph, Composer } from './composition';
import { RegistryRepository, type ProjectTypeVersion, type StaticSubgraph } from './registry.repository';
import { typeRouting } from './type-routing';
import { compareVersions } from './versions';

/** A subgraph that is no project type, as it registers itself. */
export interface StaticRegistration {
  name: string;
  kind: string;
  url: string | null;
  sdl: string;
  config: unknown;
}

/** A type version that is about to become part of the supergraph. */
export interface Candidate {
  typeCode: string;
  version: string;
}

interface Inputs {
  statics: StaticRegistration[];
  types: ProjectTypeVersion[];
}

const ATTEMPTS = 20;

/** Composes, checks and publishes supergraph versions, and knows what gateways have taken over. */
export class Registry {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: RegistryRepository,
    private readonly composer: Composer,
    private readonly logger: Logger,
  ) {}

  /** Whether the type version is part of the live supergraph already: then an instance needs no composition to join. */
  async isLive(candidate: Candidate): Promise<boolean> {
    const version = (await this.repository.versionsOf(candidate.typeCode)).find((known) => known.version === candidate.version);
    return version?.liveSince != null;
  }

  /**
   * Checks that the candidate composes with everything live, without changing anything.
   * @throws AppError COMPOSITION_FAILED with composition's own messages.
   */
  async checkType(candidate: Candidate): Promise<void> {
    await this.compose(await this.inputsWith(candidate));
  }

  /** Makes a type version part of the supergraph; nothing happens when it is already. @throws AppError COMPOSITION_FAILED */
  async publishType(candidate: Candidate): Promise<void> {
    await this.publish(`${candidate.typeCode} ${candidate.version}`, {
      done: () => this.isLive(candidate),
      inputs: () => this.inputsWith(candidate),
      save: (tx) => this.repository.markLive(tx, candidate.typeCode, candidate.version),
    });
  }

  /** Registers (or changes) a subgraph that is no project type. @throws AppError COMPOSITION_FAILED; nothing is changed then. */
  async registerStatic(subgraph: StaticRegistration): Promise<void> {
    const same = (known: StaticSubgraph): boolean =>
      known.name === subgraph.name && known.kind === subgraph.kind && known.sdl === subgraph.sdl && known.url === subgraph.url &&
      stableJson(known.config) === stableJson(subgraph.config);
    await this.publish(subgraph.name, {
      done: async () => (await this.repository.staticSubgraphs()).some(same),
      inputs: async () => {
        const inputs = await this.inputs();
        return { ...inputs, statics: [...inputs.statics.filter((known) => known.name !== subgraph.name), subgraph] };
      },
      save: (tx) => this.repository.saveStatic(tx, subgraph),
    });
  }

  async artifact(): Promise<SupergraphArtifact | null> {
    const latest = await this.repository.latest();
    return latest && { version: latest.version, sdl: latest.sdl, subgraphs: latest.subgraphs as unknown as SubgraphDescriptor[] };
  }

  async routeTable(): Promise<RouteTable> {
    const { routesVersion } = await this.repository.versions();
    return { version: routesVersion, routes: await this.repository.routes() };
  }

  /** Waits until every gateway with a live lease serves what is published now. A gateway that dies meanwhile is not waited for. */
  async gatewaysCaughtUp(signal?: AbortSignal): Promise<void> {
    const supergraphVersion = await this.repository.latestVersion();
    const { routesVersion } = await this.repository.versions();
    while ((await this.repository.behind(supergraphVersion, routesVersion)).length > 0) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async inputs(): Promise<Inputs> {
    const [statics, types] = await Promise.all([this.repository.staticSubgraphs(), this.repository.typeVersions()]);
    return { statics, types: types.filter((type) => type.liveSince !== null) };
  }

  private async inputsWith(candidate: Candidate): Promise<Inputs> {
    const inputs = await this.inputs();
    const added = (await this.repository.versionsOf(candidate.typeCode)).find((known) => known.version === candidate.version);
    if (!added) throw new AppError('UNKNOWN_PROJECT_TYPE', `Project type ${candidate.typeCode} ${candidate.version} is not registered.`);
    const types = inputs.types.filter((type) => type.image !== added.image);
    return { ...inputs, types: [...types, added] };
  }

  private async compose(inputs: Inputs): Promise<{ sdl: string; subgraphs: SubgraphDescriptor[] }> {
    const result = await this.composer.compose([...inputs.statics.map(composableStatic), ...byType(inputs.types).map(composableType)]);
    if (!result.ok) {
      throw new AppError('COMPOSITION_FAILED', `The schema does not compose with the live supergraph: ${result.errors.join(' ')}`, { errors: result.errors });
    }
    return { sdl: result.supergraphSdl, subgraphs: [...inputs.statics.map(staticDescriptor), ...byType(inputs.types).map(typeDescriptor)] };
  }

  // Compare-and-set on the parent version: whoever loses reads again what is live, and composes again.
  private async publish(
    cause: string,
    change: { done: () => Promise<boolean>; inputs: () => Promise<Inputs>; save: (tx: CoreTransaction) => Promise<unknown> },
  ): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (await change.done()) return;
      const parent = await this.repository.latestVersion();
      const { sdl, subgraphs } = await this.compose(await change.inputs());
      const published = await transaction(this.database, async (tx) => {
        await this.repository.insertVersion(tx, { version: parent + 1, parent, sdl, subgraphs, cause });
        await change.save(tx);
        return true;
      }).catch((error: unknown) => {
        if (isUniqueViolation(error)) return false;
        throw error;
      });
      if (published) {
        this.logger.info({ version: parent + 1, cause }, 'supergraph published');
        return;
      }
    }
    throw new Error(`Publishing ${cause} lost the race ${ATTEMPTS} times.`);
  }
}

/** The live versions of each type, oldest first. */
function byType(types: readonly ProjectTypeVersion[]): ProjectTypeVersion[][] {
  const groups = new Map<string, ProjectTypeVersion[]>();
  for (const type of types) groups.set(type.typeCode, [...(groups.get(type.typeCode) ?? []), type]);
  return [...groups.values()].map((group) => group.sort((a, b) => compareVersions(a.version, b.version)));
}

function composableStatic(subgraph: StaticRegistration): ComposableSubgraph {
  return { name: subgraph.name, url: subgraph.url ?? `${subgraph.kind}://${subgraph.name}`, sdl: subgraph.sdl };
}

/** Versions only add (rule 6), so the newest one's schema is the union of all. */
function composableType(versions: readonly ProjectTypeVersion[]): ComposableSubgraph {
  const newest = newestOf(versions);
  return { name: newest.typeCode, url: `project-type://${newest.typeCode}`, sdl: newest.sdl };
}

function staticDescriptor(subgraph: StaticRegistration): SubgraphDescriptor {
  return { name: subgraph.name, kind: subgraph.kind, url: subgraph.url, config: subgraph.config };
}

function typeDescriptor(versions: readonly ProjectTypeVersion[]): SubgraphDescriptor {
  const newest = newestOf(versions);
  const config = { ...typeRouting(newest.sdl), versions: versions.map(({ sdlHash, sdl }) => ({ sdlHash, sdl })) };
  return { name: newest.typeCode, kind: 'project-type', url: null, config };
}

function newestOf(versions: readonly ProjectTypeVersion[]): ProjectTypeVersion {
  const newest = versions.at(-1);
  if (!newest) throw new Error('A type without versions cannot be composed.');
  return newest;
}

/** JSON columns come back with their keys in another order. */
function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${stableJson(part)}`).join()}}`;
}
