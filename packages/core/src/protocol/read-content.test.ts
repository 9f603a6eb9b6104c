import { expect, test } from 'vitest';
import { K4eError } from '../foundation/index.ts';
import { heartbeatSchema } from './heartbeat.ts';
import { readContent } from './read-content.ts';

function failureOf(value: unknown): K4eError {
  try {
    readContent(heartbeatSchema, value, 'heartbeat of d1');
  } catch (error) {
    if (error instanceof K4eError) return error;
  }
  throw new Error('it was read');
}

test('gives what was read', () => {
  expect(readContent(heartbeatSchema, { status: 'up', workloads: null }, 'x')).toMatchObject({
    status: 'up',
    workloads: [],
  });
});

test('names each member that is wrong, and whose message it is', () => {
  const error = failureOf({ workloads: [{ name: 'ok' }, { name: 7 }], time: 'yesterday' });
  expect(error).toMatchObject({ code: 'INVALID_INPUT', retry: 'never', subject: 'heartbeat of d1' });
  expect(error.message).toMatch(/^heartbeat of d1: .*workloads\.1\.name: /);
  expect(error.message).toContain('time: not a date-time');
});

test('names the first few of many, and counts the rest', () => {
  const error = failureOf({ workloads: Array.from({ length: 100 }, () => ({ name: 7 })) });
  expect(error.message).toContain('; and 95 more');
  expect(error.message.length).toBeLessThan(500);
});

test('says so when it is no object at all', () => {
  expect(failureOf('text').message).toContain('(content): ');
});

test('what was sent does not come back in the error', () => {
  expect(failureOf({ status: { password: 's3cr3t' }, version: ['s3cr3t'] }).message).not.toContain('s3cr3t');
});
