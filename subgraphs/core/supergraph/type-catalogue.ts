import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { appendAudit } from '#kernel/events';
import { AppError } from '#kernel/errors';
import type { Principal } from '#kernel/auth';
import { isUniqueViolation, transaction, type CoreDatabase } from '../database';
import { Prisma } from '../../../generated/prisma/core/client';
import { checkCompatible } from './compatibility';
import { checkHouseRules, type Violation } from './house-rules';
import type { ImageDescription } from './image-description';
import type { ProjectTypeVersion, RegistryRepository } from './registry.repository';
import { sdlHash } from './sdl';
import { compareVersions } from './versions';

/** The project types that an organisation can choose from, each in one or more versions. */
export class TypeCatalogue {
  private readonly ajv = addFormats(new Ajv({ allErrors: true, strict: false }));
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: RegistryRepository,
    private readonly describe: (image: string) => Promise<ImageDescription>,
  ) {}

  /**
   * Registers the version that an image contains. Registering the same image again changes nothing.
   * @throws AppError UNKNOWN_PROJECT_TYPE (no such image), SCHEMA_REJECTED (names field and rule), CONFLICT (same version, other schema).
   */
  async register(principal: Principal, image: string): Promise<ProjectTypeVersion> {
    const description = await this.describe(image);
    const known = await this.repository.versionsOf(description.type);
    const same = known.find((version) => version.version === description.version);
    if (same) return this.unchanged(same, description);
    this.refuseViolations(description.type, description.version, await this.violations(description, known));
    this.compileSettings(description);
    await this.save(principal, image, description);
    return this.find(description.type, description.version);
  }

  /** The version, if it still keeps the rules beside what is live. @throws AppError UNKNOWN_PROJECT_TYPE, SCHEMA_REJECTED */
  async check(typeCode: string, version: string): Promise<ProjectTypeVersion> {
    const type = await this.find(typeCode, version);
    const others = (await this.repository.versionsOf(typeCode)).filter((other) => other.version !== version && other.liveSince !== null);
    this.refuseViolations(typeCode, version, await this.violations({ type: typeCode, version, sdl: type.sdl }, others));
    return type;
  }

  /** @throws AppError UNKNOWN_PROJECT_TYPE naming the types that there are. */
  async find(typeCode: string, version?: string): Promise<ProjectTypeVersion> {
    const versions = (await this.repository.versionsOf(typeCode)).sort((a, b) => compareVersions(b.version, a.version));
    const found = version === undefined ? versions.find((known) => !known.version.includes('-')) : versions.find((known) => known.version === version);
    if (found) return found;
    const all = [...new Set((await this.repository.typeVersions()).map((type) => type.typeCode))].join(', ') || 'none';
    const wanted = version === undefined ? typeCode : `${typeCode} ${version}`;
    throw new AppError('UNKNOWN_PROJECT_TYPE', `There is no project type ${wanted.slice(0, 80)}. Registered types: ${all}.`, { field: 'input.type' });
  }

  list(): Promise<ProjectTypeVersion[]> {
    return this.repository.typeVersions();
  }

  /** @throws AppError SETTINGS_INVALID naming the first bad setting as `input.settings.…`; the message names all. */
  validateSettings(type: ProjectTypeVersion, settings: Record<string, unknown>): void {
    const validate = this.validators.get(type.image) ?? this.ajv.compile(type.settingsSchema as object);
    this.validators.set(type.image, validate);
    if (validate(settings)) return;
    const problems = (validate.errors ?? []).map((error) => ({ field: fieldOf(error), message: error.message ?? 'is not acceptable' }));
    const text = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new AppError('SETTINGS_INVALID', text, { field: problems[0]?.field ?? 'input.settings', problems });
  }

  private unchanged(same: ProjectTypeVersion, description: ImageDescription): ProjectTypeVersion {
    if (same.sdlHash === sdlHash(description.sdl)) return same;
    throw new AppError('CONFLICT', `${description.type} ${description.version} is registered with another schema; raise the version of the type.`, { field: 'image' });
  }

  private async violations(candidate: { type: string; version: string; sdl: string }, others: readonly ProjectTypeVersion[]): Promise<Violation[]> {
    const taken = (await this.repository.staticSubgraphs()).some((subgraph) => subgraph.name === candidate.type);
    if (taken) return [{ where: candidate.type, rule: 2, message: 'The name belongs to a subgraph that is no project type.' }];
    const house = checkHouseRules(candidate.type, candidate.sdl);
    if (house.length > 0) return house;
    return others.flatMap((other) =>
      compareVersions(other.version, candidate.version) < 0 ? checkCompatible(other.sdl, candidate.sdl) : checkCompatible(candidate.sdl, other.sdl),
    );
  }

  private refuseViolations(typeCode: string, version: string, violations: readonly Violation[]): void {
    if (violations.length === 0) return;
    const lines = violations.map(({ where, rule, message }) => `${where}: ${message} (rule ${rule})`);
    throw new AppError('SCHEMA_REJECTED', `The schema of ${typeCode} ${version} is refused. ${lines.join(' ')}`, { field: 'image', violations });
  }

  private compileSettings(description: ImageDescription): void {
    try {
      this.ajv.compile(description.settingsSchema);
    } catch (error) {
      throw new AppError('SCHEMA_REJECTED', `The settings schema of ${description.type} is no valid JSON schema: ${error instanceof Error ? error.message : ''}`, { field: 'image' });
    }
  }

  private async save(principal: Principal, image: string, description: ImageDescription): Promise<void> {
    const { type: typeCode, version, title, sdl, settingsSchema } = description;
    await transaction(this.database, async (tx) => {
      await this.repository.saveTypeVersion(tx, { typeCode, version, image, title, sdl, sdlHash: sdlHash(sdl), settingsSchema: settingsSchema as Prisma.InputJsonObject });
      await appendAudit(tx.sql, {
        actorId: principal.subject,
        action: 'project-type.registered',
        entityType: 'ProjectType',
        entityId: `${typeCode}:${version}`,
        organizationId: principal.organizationId,
        payload: { image, sdlHash: sdlHash(sdl) },
      });
    }).catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error; // a rival registered the same version meanwhile
    });
  }
}

function fieldOf(error: ErrorObject): string {
  const missing = error.keyword === 'required' ? `/${String(error.params.missingProperty)}` : '';
  const extra = error.keyword === 'additionalProperties' ? `/${String(error.params.additionalProperty)}` : '';
  return `input.settings${(error.instancePath + missing + extra).replaceAll('/', '.')}`;
}
