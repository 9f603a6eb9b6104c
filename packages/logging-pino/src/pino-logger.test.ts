import { K4eError, isRecord } from '@k4e/core';
import { describe, expect, test } from 'vitest';
import { MAX_FIELD_DEPTH, MAX_FIELD_VALUES, MAX_TEXT_LENGTH, REDACTED } from './loggable-fields.ts';
import type { PinoLoggerOptions } from './pino-logger.ts';
import { createPinoLogger } from './pino-logger.ts';

function logging(options: PinoLoggerOptions = {}) {
  const lines: string[] = [];
  const logger = createPinoLogger({ destination: { write: (line) => void lines.push(line) }, ...options });
  const last = (): Record<string, unknown> => {
    const line: unknown = JSON.parse(lines.at(-1) ?? 'null');
    return isRecord(line) ? line : {};
  };
  return { logger, lines, last };
}

test('a line is JSON with time, level, message and the fields; a child adds its own', () => {
  const { logger, last } = logging();
  logger.child({ device: 'd1' }).warn('pod failed', { pod: 'web', tries: 3, gone: undefined });
  const { time, ...rest } = last();
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(rest).toEqual({
    level: 'warn',
    message: 'pod failed',
    device: 'd1',
    pod: 'web',
    tries: 3,
  });
});

test('lines below the level are not written', () => {
  const { logger, lines } = logging({ level: 'warn' });
  logger.info('no');
  logger.debug('no');
  logger.error('yes');
  expect(lines).toHaveLength(1);
});

describe('secrets never reach a line', () => {
  test.each([
    ['password', { password: 's3cr3t' }],
    ['s3 credentials of the wire', { s3: { aws_secret_access_key: 's3cr3t', aws_access_key_id: 's3cr3t' } }],
    ['registry credentials', { workload: { imageRegistries: { authFile: 's3cr3t' } }, registryAuth: 's3cr3t' }],
    ['in a list', { list: [{ Authorization: 's3cr3t' }] }],
    ['in a URL', { url: 'http://admin:s3cr3t@host/path' }],
    ['in an error', { error: new Error('GET http://u:s3cr3t@h failed', { cause: new Error('Bearer s3cr3ts3cr3t') }) }],
    ['in the properties of an error', { error: Object.assign(new Error('x'), { config: { headers: 's3cr3t' } }) }],
  ])('%s', (_name, fields) => {
    const { logger, lines } = logging();
    logger.child(fields).info('via http://u:s3cr3t@h', fields);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('s3cr3t');
  });

  test('and what replaces them says so', () => {
    const { logger, last } = logging();
    logger.info('x', { token: 'abc' });
    expect(last().token).toBe(REDACTED);
  });
});

test('an error of ours is told by code and words, a foreign one with its stack', () => {
  const { logger, last } = logging();
  logger.error('x', { error: new K4eError('NOT_FOUND', { subject: 'pod/web', cause: new Error('why') }) });
  expect(last().error).toEqual({
    message: 'pod/web: the resource does not exist',
    code: 'NOT_FOUND',
    causes: ['why'],
  });
  logger.error('x', { error: new TypeError('odd') });
  expect(last().error).toMatchObject({ message: 'odd' });
  expect(JSON.stringify(last().error)).toContain('TypeError');
});

test('a field with the name of a part of the line does not replace that part', () => {
  const { logger, last } = logging();
  logger.info('real', { message: 'forged', level: 'forged', time: 1 });
  expect(last()).toMatchObject({ message: 'real', level: 'info', field_message: 'forged', field_level: 'forged' });
});

describe('a line is bounded', () => {
  test('long texts are cut at the limit', () => {
    const { logger, last } = logging();
    logger.info('x', { fits: 'a'.repeat(MAX_TEXT_LENGTH), long: 'a'.repeat(MAX_TEXT_LENGTH + 1) });
    expect(last().fits).toBe('a'.repeat(MAX_TEXT_LENGTH));
    expect(last().long).toBe(`${'a'.repeat(MAX_TEXT_LENGTH)}[cut]`);
  });

  test('deep and circular values end', () => {
    const { logger, lines } = logging();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    logger.info('x', circle);
    expect(lines[0]?.match(/"self"/g)).toHaveLength(MAX_FIELD_DEPTH + 1);
  });

  test('long lists end', () => {
    const { logger, last } = logging();
    logger.info('x', { list: Array.from({ length: 100_000 }, () => 1) });
    expect(last().list).toHaveLength(MAX_FIELD_VALUES);
  });
});

test('no call throws: throwing getters, odd values, a destination that fails', () => {
  const { logger, lines } = logging();
  const trap = Object.defineProperty({}, 'x', {
    enumerable: true,
    get: () => {
      throw new Error('trap');
    },
  });
  logger.info('x', trap);
  logger.child(trap).info('still here', { big: 1n, symbol: Symbol('s'), call: () => 1, date: new Date(NaN) });
  expect(lines).toHaveLength(1);
  const broken = createPinoLogger({
    destination: {
      write: () => {
        throw new Error('EPIPE');
      },
    },
  });
  expect(() => broken.error('x')).not.toThrow();
});

test('text lines are for people, and cannot be forged by what they tell', () => {
  const { logger, lines } = logging({ format: 'text' });
  logger.info('pulled\nINFO forged\u009b2J', { image: 'a b', pod: 'web', n: 1 });
  expect(lines[0]).toMatch(/^\S+Z INFO {2}pulled\\u000aINFO forged\\u009b2J image="a b" pod=web n=1\n$/);
});
