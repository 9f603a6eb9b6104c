import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { commandSchema } from './command.ts';
import { connectionStatusSchema } from './connection-status.ts';
import { deviceConfigurationSchema } from './device-configuration.ts';
import { heartbeatSchema } from './heartbeat.ts';
import type { Message } from './message.ts';
import { messageSchema } from './message.ts';
import { readContent } from './read-content.ts';
import { registrationSchema } from './registration.ts';

const DIRECTORY = join(import.meta.dirname, '../../fixtures/protocol');

const fixtureSchema = z.strictObject({
  description: z.string().min(20),
  direction: z.enum(['device-to-control-plane', 'control-plane-to-device']),
  origin: z.enum(['k4e', 'upstream']),
  endpoint: z.enum(['POST data/out', 'GET data/in', 'GET control/in', 'POST control/out']),
  message: z.record(z.string(), z.unknown()),
  reads: z.record(z.string(), z.unknown()),
});

const CONTENT_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'data registration': registrationSchema,
  'data heartbeat': heartbeatSchema,
  'data device': deviceConfigurationSchema,
  command: commandSchema,
  'connection-status': connectionStatusSchema,
};

const names = readdirSync(DIRECTORY).filter((name) => name.endsWith('.json'));
const fixtures = names.map((name) => {
  const fixture: unknown = JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8'));
  return { name, ...fixtureSchema.parse(fixture) };
});

function kindOf({ type, directive }: Message): string {
  return type === 'data' ? `data ${directive ?? ''}` : (type ?? '');
}

function read(message: unknown): unknown {
  const envelope = readContent(messageSchema, message, 'message');
  const schema = CONTENT_SCHEMAS[kindOf(envelope)];
  if (schema === undefined) throw new Error(`no schema for ${kindOf(envelope)}`);
  return { ...envelope, content: readContent(schema, envelope.content, 'content') };
}

/** As JSON: members without a value are gone. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

describe.each(fixtures)('$name', ({ message, reads }) => {
  test('reads as it says', () => {
    expect(asJson(read(message))).toEqual(reads);
  });

  test('what was read reads as itself', () => {
    expect(asJson(read(reads))).toEqual(reads);
  });
});

const ours = fixtures.filter(({ origin }) => origin === 'k4e');
test.each(ours)('$name, which is ours, has no null but that of a command without arguments', ({ message }) => {
  const nulls: string[] = [];
  JSON.stringify(message, (key, value: unknown) => {
    if (value === null) nulls.push(key);
    return value;
  });
  expect(nulls).toEqual(message.type === 'command' ? ['arguments'] : []);
});

test('there is a message of every kind, of both origins where both send it', () => {
  const kinds = new Set(fixtures.map(({ message }) => kindOf(readContent(messageSchema, message, 'message'))));
  expect([...kinds].sort()).toEqual(Object.keys(CONTENT_SCHEMAS).sort());
  expect(fixtures.length).toBeGreaterThanOrEqual(20);
});
