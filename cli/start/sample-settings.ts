/** The parts of a JSON schema that decide on a sample. */
export interface SettingsSchema {
  type?: string | string[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, SettingsSchema>;
  items?: SettingsSchema;
  minItems?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  anyOf?: SettingsSchema[];
  oneOf?: SettingsSchema[];
}

/**
 * Settings that fit a type's schema, with what is required and no more: for the demo project of a type whose `image.json` names
 * none. A schema may ask for more than this understands; core then refuses the project and says what is wrong.
 */
export function sampleSettings(schema: SettingsSchema): unknown {
  const given = [schema.const, schema.default, schema.examples?.[0], schema.enum?.[0]].find((value) => value !== undefined);
  if (given !== undefined) return given;
  const [alternative] = schema.anyOf ?? schema.oneOf ?? [];
  if (alternative) return sampleSettings(alternative);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sampleSettings(schema.items ?? {}));
    case 'integer':
    case 'number':
      return schema.exclusiveMinimum === undefined ? (schema.minimum ?? 1) : schema.exclusiveMinimum + 1;
    case 'boolean':
      return false;
    case 'string':
      return 'demo'.padEnd(schema.minLength ?? 0, '-');
    default:
      return Object.fromEntries((schema.required ?? []).map((name) => [name, sampleSettings(schema.properties?.[name] ?? {})]));
  }
}
