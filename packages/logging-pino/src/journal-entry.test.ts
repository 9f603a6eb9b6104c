import { expect, test } from 'vitest';
import { createJournalDestination } from './journal-destination.ts';
import { createPinoLogger } from './pino-logger.ts';

/** The fields of an entry, as the journal reads them. */
function fieldsOf(entry: Buffer): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (let at = 0; at < entry.length;) {
    const nameEnd = entry.indexOf('\n', at);
    const valueAt = nameEnd + 9;
    const valueEnd = valueAt + Number(entry.readBigUInt64LE(nameEnd + 1));
    fields[entry.toString('utf8', at, nameEnd)] = entry.toString('utf8', valueAt, valueEnd);
    expect(entry[valueEnd]).toBe('\n'.charCodeAt(0));
    at = valueEnd + 1;
  }
  return fields;
}

function logging(isTaken = true) {
  const entries: Readonly<Record<string, string>>[] = [];
  const lines: string[] = [];
  const destination = createJournalDestination({
    identifier: 'k4e-agent',
    journal: (datagram) => {
      if (!isTaken) throw new Error('EMSGSIZE');
      entries.push(fieldsOf(datagram));
    },
    otherwise: (line) => void lines.push(line),
  });
  return { entries, lines, logger: createPinoLogger({ level: 'debug', format: 'json', destination }) };
}

test('a line is an entry: text for people, a level, and each field as one of its own', () => {
  const { entries, lines, logger } = logging();
  logger.warn('pod failed', { deviceId: 'edge-1', tries: 3, image: { name: 'a' }, 'odd key-1': 'x' });
  expect(entries).toEqual([
    {
      MESSAGE: 'pod failed deviceId=edge-1 tries=3 image={"name":"a"} odd key-1=x',
      PRIORITY: '4',
      SYSLOG_IDENTIFIER: 'k4e-agent',
      K4E_DEVICE_ID: 'edge-1',
      K4E_TRIES: '3',
      K4E_IMAGE: '{"name":"a"}',
      K4E_ODD_KEY_1: 'x',
    },
  ]);
  expect(lines).toEqual([]);
});

test('the levels are those of syslog', () => {
  const { entries, logger } = logging();
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]('x');
  expect(entries.map(({ PRIORITY }) => PRIORITY)).toEqual(['7', '6', '4', '3']);
});

test('a value from outside forges neither a field nor a line', () => {
  const { entries, logger } = logging();
  logger.info('x\nPRIORITY=0', { name: 'a\nMESSAGE=forged\n', ['_UID\n']: '0' });
  expect(Object.keys(entries[0] ?? {})).toEqual(['MESSAGE', 'PRIORITY', 'SYSLOG_IDENTIFIER', 'K4E_NAME', 'K4E__UID_']);
  expect(entries[0]).toMatchObject({ PRIORITY: '6', K4E_NAME: 'a\nMESSAGE=forged\n' });
  expect(entries[0]?.MESSAGE).not.toContain('\n');
});

test('what the journal does not take is a line of text', () => {
  const { entries, lines, logger } = logging(false);
  logger.info('hello', { a: 1 });
  expect(entries).toEqual([]);
  expect(lines).toEqual([expect.stringMatching(/INFO {2}hello a=1\n$/)]);
});
