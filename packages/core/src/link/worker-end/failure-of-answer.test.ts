import { expect, test } from 'vitest';
import { failureOfAnswer } from './failure-of-answer.ts';

const answer = (statusCode: number, metadata = {}) => ({ statusCode, metadata });

test('nothing, and a success, mean taken', () => {
  expect([undefined, answer(200), answer(208)].map(failureOfAnswer)).toEqual([undefined, undefined, undefined]);
});

test.each([
  [202, 'LINK_UNREACHABLE', 'backoff'],
  [404, 'LINK_UNKNOWN_DEVICE', 'backoff'],
  [400, 'LINK_REFUSED', 'never'],
  [413, 'LINK_REFUSED', 'never'],
  [429, 'LINK_UNREACHABLE', 'backoff'],
  [500, 'LINK_UNREACHABLE', 'backoff'],
  [302, 'LINK_GARBAGE', 'backoff'],
  [0, 'LINK_GARBAGE', 'backoff'],
])('%d: %s', (statusCode, code, retry) => {
  expect(failureOfAnswer(answer(statusCode))).toMatchObject({ code, retry });
});

test('a control plane that asks for time is heard', () => {
  expect(failureOfAnswer(answer(503, { 'Retry-After': '7' }))).toMatchObject({ retry: { afterMs: 7_000 } });
});
