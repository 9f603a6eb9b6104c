import { describe, expect, test } from 'vitest';
import {
  MAX_HOLD_SECONDS,
  MAX_POLL_TAG,
  pollAnswerHeaders,
  pollHeaders,
  readPollTerms,
  readPollWish,
} from './held-poll.ts';

const asNodeGives = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

describe('what a device says', () => {
  test.each([
    { tag: '7e51ca22eb19901a.205', waitSeconds: 25 },
    { tag: 'idle', waitSeconds: 0 },
    { tag: undefined, waitSeconds: 25 },
  ])('is read as it was said: %j', (wish) => {
    expect(readPollWish(asNodeGives(pollHeaders(wish)))).toEqual(wish);
  });

  test('is in the words of RFC 7240 and RFC 9110', () => {
    expect(pollHeaders({ tag: 'a', waitSeconds: 25 })).toEqual({ Prefer: 'wait=25', 'If-None-Match': 'W/"a"' });
  });

  test.each([
    [{}],
    [{ prefer: 'respond-async' }],
    [{ prefer: 'wait=soon' }],
    [{ prefer: 'wait=0' }],
    [{ prefer: 'await=5' }],
    [{ 'if-none-match': '*' }],
    [{ 'if-none-match': '"a", "b"' }],
    [{ 'if-none-match': '"a\\r\\nb"' }],
    [{ 'if-none-match': `"${'a'.repeat(MAX_POLL_TAG + 1)}"` }],
    [{ 'if-none-match': ['"a"'] }],
  ])('is nothing where it cannot be read: %j', (headers) => {
    expect(readPollWish(headers)).toBeUndefined();
  });

  test.each([
    ['respond-async, wait=7', 7],
    ['wait="7"; x=1, return=minimal', 7],
    ['WAIT = 7', 7],
    [`wait=${String(MAX_HOLD_SECONDS + 1)}`, MAX_HOLD_SECONDS],
  ])('may come with other preferences, and has a limit: %s', (prefer, waitSeconds) => {
    expect(readPollWish({ prefer })).toEqual({ tag: undefined, waitSeconds });
  });
});

describe('how it is answered', () => {
  test.each([
    { tag: 'a'.repeat(MAX_POLL_TAG), isHeld: true },
    { tag: 'idle', isHeld: false },
  ])('is read as it was said: %j', (terms) => {
    expect(readPollTerms(asNodeGives(pollAnswerHeaders(terms)))).toEqual(terms);
  });

  test('an old peer names nothing and holds nothing, nor does one that does not name what it has', () => {
    expect(readPollTerms({ 'content-type': 'application/json' })).toEqual({ isHeld: false });
    expect(readPollTerms({ 'preference-applied': 'wait=25' })).toEqual({ isHeld: false });
    expect(readPollTerms({ etag: '"x"', 'preference-applied': 'return=minimal' })).toEqual({ tag: 'x', isHeld: false });
  });
});
