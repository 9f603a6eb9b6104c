import * as z from 'zod';
import type { Json, JsonObject } from '../foundation/index.ts';
import { isRecord } from '../foundation/index.ts';
import { commandSchema } from './command.ts';
import { connectionStatusSchema } from './connection-status.ts';
import { deviceConfigurationSchema } from './device-configuration.ts';
import { hardwareInfoSchema } from './hardware-info.ts';
import { heartbeatSchema } from './heartbeat.ts';
import { messageSchema } from './message.ts';
import { openApiPaths } from './openapi-paths.ts';
import { registrationSchema } from './registration.ts';

/** The version of OpenAPI that the document is written in. */
export const OPENAPI_VERSION = '3.0.3';

/** What the document says of the API as a whole. */
export interface OpenApiInfo {
  /** Version of the software that serves it. */
  readonly version: string;
  readonly title?: string;
}

const DEVICE_SENDS = {
  Message: messageSchema,
  Registration: registrationSchema,
  Heartbeat: heartbeatSchema,
  HardwareInfo: hardwareInfoSchema,
  ConnectionStatus: connectionStatusSchema,
};
const CONTROL_PLANE_SENDS = { DeviceConfiguration: deviceConfigurationSchema, Command: commandSchema };

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  Message:
    'The envelope of everything that travels. Every member may be missing, null stands for missing, unknown members are ignored.',
  Registration: 'Content of a message of type data and directive registration: a device asks to be known.',
  Heartbeat: 'Content of a message of type data and directive heartbeat: a sign of life.',
  HardwareInfo:
    'What a device is made of. A part that is missing was not told, an empty list means that there are none.',
  ConnectionStatus: 'Content of a message of type connection-status: what a gateway says of itself.',
  DeviceConfiguration: 'Content of a message of type data and directive device: everything that a device should be.',
  Command: 'Content of a message of type command.',
};

/** An OpenAPI document of the edge API, derived from the schemas that read the messages. */
export function deriveOpenApi(info: OpenApiInfo): JsonObject {
  const schemas = {
    ...derive(DEVICE_SENDS, { areNullable: true }),
    ...derive(CONTROL_PLANE_SENDS, { areNullable: false }),
  };
  return {
    openapi: OPENAPI_VERSION,
    info: { title: info.title ?? 'k4e edge API', version: info.version, description: ABOUT },
    paths: openApiPaths(),
    components: { schemas: { ...schemas, Error: ERROR_SCHEMA } },
  };
}

const ABOUT =
  'How devices talk to k4e: two channels, data and control, that a device fetches from (in) and sends to (out). ' +
  'The device begins every exchange.';

const ERROR_SCHEMA: JsonObject = {
  type: 'object',
  description: 'Why a request was refused. The body of an error may be empty.',
  properties: {
    code: { type: 'integer', description: 'The HTTP status again, or a more telling number.' },
    message: { type: 'string' },
  },
};

/** Members that a control plane sends are never null; those that devices send may be. */
function derive(
  schemas: Readonly<Record<string, z.ZodType>>,
  { areNullable }: { readonly areNullable: boolean },
): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const derived = z.toJSONSchema(registry, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
  });
  const entries = Object.entries(derived.schemas).map(([id, schema]): [string, Json] => {
    const described = { description: DESCRIPTIONS[id] ?? id, ...asObject(tidy(schema, areNullable)) };
    return [id, described];
  });
  return Object.fromEntries(entries);
}

/** Without what says nothing to a reader: ids beside references, and the bounds of every integer. */
function tidy(value: unknown, areNullable: boolean): Json {
  if (Array.isArray(value)) return value.map((item) => tidy(item, areNullable));
  if (!isRecord(value)) return asScalar(value);
  const members = Object.entries(value).filter(([key, member]) => isTelling(key, member, areNullable));
  return Object.fromEntries(members.map(([key, member]) => [key, tidy(member, areNullable)]));
}

function isTelling(key: string, member: unknown, areNullable: boolean): boolean {
  if (key === '$id' || key === '$schema') return false;
  if (key === 'nullable') return areNullable;
  return !((key === 'minimum' || key === 'maximum') && Math.abs(Number(member)) === Number.MAX_SAFE_INTEGER);
}

function asScalar(value: unknown): Json {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function asObject(value: Json): JsonObject {
  return isRecord(value) ? value : {};
}
