import * as z from 'zod';
import { isRecord } from '../../foundation/index.ts';
import type { Json, JsonObject } from '../../foundation/index.ts';

const INT32_MAX = 2_147_483_647;

/** Formats that zod writes and a Kubernetes API server checks by itself: a pattern beside them says the same once more. */
const CHECKED_FORMATS: readonly unknown[] = ['date-time'];

function without(schema: Readonly<Record<string, Json>>, name: string): Record<string, Json> {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== name));
}

function integerSchema(schema: Readonly<Record<string, Json>>): JsonObject {
  const { minimum, maximum, ...rest } = schema;
  const bounds = {
    ...(minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
  };
  const isSmall =
    typeof minimum === 'number' && minimum >= -INT32_MAX && typeof maximum === 'number' && maximum <= INT32_MAX;
  return { ...rest, ...bounds, format: isSmall ? 'int32' : 'int64' };
}

/** The keywords of one schema, its sub-schemas done already. */
function finish(schema: Record<string, Json>): JsonObject {
  if (schema.type === 'integer') return integerSchema(schema);
  if (CHECKED_FORMATS.includes(schema.format)) return without(schema, 'pattern');
  return 'properties' in schema ? without(schema, 'additionalProperties') : schema;
}

function structuralMembers(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, structural(member)]));
}

function structural(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(structural);
  // The names below `properties` are no keywords: a field may be called `pattern` or `type`.
  const { properties } = value;
  const keywords = { ...structuralMembers(without(value, 'properties')) };
  return finish(isRecord(properties) ? { ...keywords, properties: structuralMembers(properties) } : keywords);
}

function isList(value: JsonObject | readonly Json[]): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * The structural schema (`openAPIV3Schema` of a CustomResourceDefinition) that says what `schema` says. Bounds that
 * only come from JavaScript's integers are left out, and so is what a structural schema may not have.
 */
export function structuralSchema(schema: z.ZodType): JsonObject {
  const derived: unknown = JSON.parse(JSON.stringify(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' })));
  return without(structural(derived as JsonObject) as JsonObject, '$schema');
}
