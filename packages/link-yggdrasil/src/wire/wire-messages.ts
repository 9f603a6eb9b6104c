import protobuf from 'protobufjs/light.js';
import type { IConversionOptions } from 'protobufjs/light.js';
import * as z from 'zod';
import { YGGDRASIL_MESSAGES } from './descriptor.ts';

const textMap = z.record(z.string(), z.string());
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const emptySchema = z.object({});
const registrationRequestSchema = z.object({
  handler: z.string(),
  pid: z.number(),
  detached_content: z.boolean(),
  features: textMap,
});
const registrationResponseSchema = z.object({ registered: z.boolean(), address: z.string() });
const dataSchema = z.object({
  message_id: z.string(),
  metadata: textMap,
  content: bytes,
  response_to: z.string(),
  directive: z.string(),
});
const responseSchema = z.object({ response: bytes });
const eventNotificationSchema = z.object({ name: z.number(), detail: z.string(), metadata: textMap });
const configSchema = z.object({
  log_level: z.string(),
  client_id: z.string(),
  socket_addr: z.string(),
  server: z.string(),
  cert_file: z.string(),
  key_file: z.string(),
  ca_root: z.string(),
});

/** What a worker says of itself (wire: RegistrationRequest). */
export type WireRegistrationRequest = z.output<typeof registrationRequestSchema>;
/** What travels in both directions (wire: Data). */
export type WireData = z.output<typeof dataSchema>;
/** What a worker is told (wire: EventNotification); `name` is one of `WIRE_EVENTS`, or of a later generation. */
export type WireEvent = z.output<typeof eventNotificationSchema>;
/** The name of an event (wire: enum Event). Newer peers may send others. */
export const WIRE_EVENTS = {
  unknown: 0,
  receivedDisconnect: 1,
  unexpectedDisconnect: 2,
  connectionRestored: 3,
} as const;

/** How a message goes to bytes and back. `decode` throws for bytes that are no such message. */
export interface WireCodec<T> {
  readonly encode: (message: T) => Buffer;
  readonly decode: (bytes: Uint8Array) => T;
}

/** Every member is there after decoding, as proto3 has it. */
const READING: IConversionOptions = { longs: Number, bytes: Buffer, defaults: true };

const root = protobuf.Root.fromJSON(YGGDRASIL_MESSAGES);

function codecOf<T extends object>(name: string, schema: z.ZodType<T>): WireCodec<T> {
  const type = root.lookupType(name);
  return {
    encode: (message) => Buffer.from(type.encode(type.fromObject(withoutDefaults(message))).finish()),
    decode: (bytes) => schema.parse(type.toObject(type.decode(bytes), READING)),
  };
}

/** The codecs of all messages. Members of later generations are ignored. */
export const wireCodecs = {
  empty: codecOf('Empty', emptySchema),
  registrationRequest: codecOf('RegistrationRequest', registrationRequestSchema),
  registrationResponse: codecOf('RegistrationResponse', registrationResponseSchema),
  data: codecOf('Data', dataSchema),
  response: codecOf('Response', responseSchema),
  eventNotification: codecOf('EventNotification', eventNotificationSchema),
  config: codecOf('Config', configSchema),
};

/** As proto3 writes messages: what has its default value is not there. */
function withoutDefaults(message: object): object {
  const isDefault = (value: unknown): boolean =>
    value === '' || value === 0 || value === false || (value instanceof Uint8Array && value.length === 0);
  return Object.fromEntries(Object.entries(message).filter(([, value]) => !isDefault(value)));
}
