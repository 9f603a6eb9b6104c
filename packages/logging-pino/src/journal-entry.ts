import { isRecord } from '@k4e/core';
import { messageText } from './text-line.ts';

/** What the names of our fields begin with in the journal: `deviceId` is `K4E_DEVICE_ID`. */
export const JOURNAL_FIELD_PREFIX = 'K4E_';

const LONGEST_NAME = 64;
const LENGTH_BYTES = 8;
const NOT_FIELDS = new Set(['time', 'level', 'message']);
/** Those of syslog, by level. */
const PRIORITIES: ReadonlyMap<unknown, number> = new Map([
  ['debug', 7],
  ['info', 6],
  ['warn', 4],
  ['error', 3],
]);
const INFO = 6;

/**
 * Turns a line of JSON, as the logger writes it, into an entry of systemd's journal (wire: its native protocol, one
 * datagram): what people read as `MESSAGE`, the level as `PRIORITY`, and each field as one of its own.
 */
export function journalEntry(json: string, identifier: string): Buffer {
  const line: unknown = JSON.parse(json);
  const fields = isRecord(line) ? line : { message: json };
  return Buffer.concat([
    entryField('MESSAGE', messageText(fields)),
    entryField('PRIORITY', String(PRIORITIES.get(fields.level) ?? INFO)),
    entryField('SYSLOG_IDENTIFIER', identifier),
    ...Object.entries(fields)
      .filter(([key]) => !NOT_FIELDS.has(key))
      .map(([key, value]) => entryField(journalName(key), typeof value === 'string' ? value : JSON.stringify(value))),
  ]);
}

function journalName(key: string): string {
  const words = key.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
  return (JOURNAL_FIELD_PREFIX + words.replace(/[^A-Z0-9_]/g, '_')).slice(0, LONGEST_NAME);
}

// With its length in front a value may hold anything: none forges a field.
function entryField(name: string, value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
}
