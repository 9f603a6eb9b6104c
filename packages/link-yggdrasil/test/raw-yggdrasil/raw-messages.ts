import { field, readBytes, readFields, readMap, readNumber, readText } from './raw-proto.ts';

/** The messages of package `yggdrasil`, field by field as upstream numbers them. */
export interface RawData {
  readonly messageId: string;
  readonly metadata: Record<string, string>;
  readonly content: Buffer;
  readonly responseTo: string;
  readonly directive: string;
}

export interface RawRegistration {
  readonly handler: string;
  readonly pid: number;
  readonly detachedContent: boolean;
  readonly features: Record<string, string>;
}

export const rawData = {
  write: ({
    messageId = '',
    metadata = {},
    content = Buffer.alloc(0),
    responseTo = '',
    directive = '',
  }: Partial<RawData>) =>
    Buffer.concat([
      field(1, messageId),
      field(2, metadata),
      field(3, content),
      field(4, responseTo),
      field(5, directive),
    ]),
  read: (bytes: Buffer): RawData => {
    const fields = readFields(bytes);
    return {
      messageId: readText(fields, 1),
      metadata: readMap(fields, 2),
      content: readBytes(fields, 3),
      responseTo: readText(fields, 4),
      directive: readText(fields, 5),
    };
  },
};

export const rawRegistration = {
  write: ({ handler = '', pid = 0, detachedContent = false, features = {} }: Partial<RawRegistration>) =>
    Buffer.concat([field(1, handler), field(2, pid), field(3, detachedContent), field(4, features)]),
  read: (bytes: Buffer): RawRegistration => {
    const fields = readFields(bytes);
    return {
      handler: readText(fields, 1),
      pid: readNumber(fields, 2),
      detachedContent: readNumber(fields, 3) === 1,
      features: readMap(fields, 4),
    };
  },
};

export const rawRegistrationResponse = {
  write: ({ registered, address }: { registered: boolean; address: string }) =>
    Buffer.concat([field(1, registered), field(2, address)]),
  read: (bytes: Buffer) => {
    const fields = readFields(bytes);
    return { registered: readNumber(fields, 1) === 1, address: readText(fields, 2) };
  },
};

/** Newer generation; in the older one the answer is a message without fields. */
export const rawResponse = {
  write: (json: unknown): Buffer => field(1, Buffer.from(JSON.stringify(json))),
  read: (bytes: Buffer): string => readText(readFields(bytes), 1),
};

export const rawEvent = {
  write: (name: number): Buffer => field(1, name),
  read: (bytes: Buffer): { readonly name: number; readonly detail: string } => {
    const fields = readFields(bytes);
    return { name: readNumber(fields, 1), detail: readText(fields, 2) };
  },
};

/** The seven members of Config, in order. */
export const readRawConfig = (bytes: Buffer): string[] => {
  const fields = readFields(bytes);
  return [1, 2, 3, 4, 5, 6, 7].map((number) => readText(fields, number));
};

export const EMPTY = Buffer.alloc(0);
