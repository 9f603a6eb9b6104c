import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { isRecord } from '../foundation/index.ts';
import { commandSchema } from './command.ts';
import { connectionStatusSchema } from './connection-status.ts';
import { deviceConfigurationSchema } from './device-configuration.ts';
import { hardwareInfoSchema } from './hardware-info.ts';
import { heartbeatSchema } from './heartbeat.ts';
import { MAX_SPECIFICATION } from './limits.ts';
import { messageSchema } from './message.ts';
import { registrationSchema } from './registration.ts';

/** Every schema of the protocol, and the least that it reads. */
const SCHEMAS = [
  { name: 'message', schema: messageSchema, least: {} },
  { name: 'registration', schema: registrationSchema, least: {} },
  { name: 'heartbeat', schema: heartbeatSchema, least: {} },
  { name: 'hardware-info', schema: hardwareInfoSchema, least: {} },
  { name: 'device-configuration', schema: deviceConfigurationSchema, least: {} },
  { name: 'command', schema: commandSchema, least: { command: 'ping' } },
  { name: 'connection-status', schema: connectionStatusSchema, least: {} },
] as const;

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly maxItems?: number;
}

/** A place in a message, and a way to make the least message that has `value` there. */
interface Place {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  readonly message: (value: unknown) => unknown;
}

/** The schema of a value that is there, apart from that it may be null. */
function shapeOf(schema: JsonSchema): JsonSchema {
  const shape = schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
  const types = typeof shape.type === 'string' ? [shape.type] : (shape.type ?? []);
  return { ...shape, ...Object.fromEntries(types.filter((type) => type !== 'null').map((type) => ['type', type])) };
}

/** The least that a schema reads: required members only. */
function leastOf(schema: JsonSchema): unknown {
  const { type, properties = {}, required = [] } = shapeOf(schema);
  if (type === 'object') return Object.fromEntries(required.map((key) => [key, leastOf(properties[key] ?? {})]));
  return type === 'array' ? [] : 'x';
}

function placesIn(schema: JsonSchema, path: string, isRequired: boolean, message: Place['message']): readonly Place[] {
  const shape = shapeOf(schema);
  const members = Object.entries(shape.properties ?? {}).flatMap(([key, member]) => {
    const least = leastOf(shape);
    const withMember = (value: unknown): unknown => message({ ...(isRecord(least) ? least : {}), [key]: value });
    return placesIn(member, `${path}.${key}`, shape.required?.includes(key) === true, withMember);
  });
  const items = shape.items === undefined ? [] : placesIn(shape.items, `${path}[]`, true, (value) => message([value]));
  return [{ path, schema: shape, isRequired, message }, ...members, ...items];
}

const ABSURD: Readonly<Record<string, unknown>> = {
  string: 7,
  integer: 1.5,
  number: 'many',
  boolean: 'yes',
  array: {},
  object: [],
};

describe.each(SCHEMAS)('$name', ({ schema, least }) => {
  const json: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const places = placesIn(json as JsonSchema, '', true, (value) => value).slice(1);
  const reads = (message: unknown): boolean => schema.safeParse(message).success;
  const typed = places.filter(({ schema: { type } }) => type !== undefined);

  test('reads the least there is', () => {
    expect(reads(least)).toBe(true);
    expect(places.length).toBeGreaterThan(0);
  });

  test('null stands for a missing member, wherever one may be missing', () => {
    for (const { path, message } of typed.filter(({ isRequired }) => !isRequired)) {
      expect(reads(message(null)), path).toBe(true);
      expect(JSON.stringify(schema.parse(message(null))), path).not.toContain(':null');
    }
  });

  test('members that are not known are ignored at every depth, and do not come through', () => {
    for (const { path, message } of places.filter(({ schema: { properties } }) => properties !== undefined)) {
      const parsed = schema.safeParse(
        message({ name: 'x', source: 'x', target: 'x', specification: 'x', later: { a: [1] } }),
      );
      expect(parsed.success, path).toBe(true);
      expect(JSON.stringify(parsed.data), path).not.toContain('later');
    }
    expect(JSON.stringify(schema.parse({ ...least, later: 1 }))).not.toContain('later');
  });

  test('a value of another type is refused, with its path', () => {
    for (const { path, message, schema: member } of typed) {
      const result = schema.safeParse(message(ABSURD[String(member.type)]));
      expect(result.success, path).toBe(false);
      const named = result.error?.issues[0]?.path.map((part) => (typeof part === 'number' ? '[]' : `.${String(part)}`));
      expect(named?.join('')).toBe(path);
    }
  });

  test('every text is bounded: the longest is read, a character more is refused', () => {
    const texts = typed.filter(({ schema: member }) => member.type === 'string' && member.enum === undefined);
    for (const { path, message, schema: member } of texts) {
      if (path.endsWith('time') || path.endsWith('sent') || /last_data_upload|next_retry/.test(path)) continue;
      expect(member.maxLength, path).toBeGreaterThan(0);
      expect(reads(message('x'.repeat(member.maxLength ?? 0))), path).toBe(true);
      expect(reads(message('x'.repeat((member.maxLength ?? 0) + 1))), path).toBe(false);
    }
  });

  test('every list is bounded: the longest is read, an item more is refused', () => {
    for (const { path, message, schema: member } of typed.filter(({ schema: { type } }) => type === 'array')) {
      expect(member.maxItems, path).toBeGreaterThan(0);
      const item = leastOf(member.items ?? {});
      expect(reads(message(Array.from({ length: member.maxItems ?? 0 }, () => item))), path).toBe(true);
      expect(reads(message(Array.from({ length: (member.maxItems ?? 0) + 1 }, () => item))), path).toBe(false);
    }
  });

  test.each([[null], [[]], ['text'], [7], [true]])('%j is no message', (value) => {
    expect(reads(value)).toBe(false);
  });
});

test('dates are read wherever they are, and nonsense there is refused', () => {
  for (const [schema, key] of [
    [messageSchema, 'sent'],
    [heartbeatSchema, 'time'],
  ] as const) {
    expect(schema.parse({ [key]: '2021-11-23T02:16' })).toMatchObject({ [key]: '2021-11-23T02:16:00.000Z' });
    expect(schema.parse({ [key]: '0001-01-01T00:00:00Z' })).toMatchObject({ [key]: undefined });
    expect(schema.safeParse({ [key]: 'yesterday' }).success).toBe(false);
    expect(schema.safeParse({ [key]: `2021-11-23T02:16:37.${'1'.repeat(100_000)}Z` }).success).toBe(false);
  }
});

test('keys that mean something to JavaScript are data like others', () => {
  const hostile = JSON.parse(
    '{"command":"ping","arguments":{"__proto__":{"polluted":1},"constructor":{"x":1}}}',
  ) as unknown;
  expect(commandSchema.safeParse(hostile).success).toBe(true);
  expect(Object.prototype).not.toHaveProperty('polluted');
});

test('a specification that is too long costs its workload, not the whole configuration', () => {
  const specification = 'x'.repeat(MAX_SPECIFICATION + 1);
  expect(deviceConfigurationSchema.safeParse({ workloads: [{ name: 'big', specification }] }).success).toBe(true);
});
