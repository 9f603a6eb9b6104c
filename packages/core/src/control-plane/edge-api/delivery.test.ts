import { expect, test } from 'vitest';
import { readPollTerms, pollAnswerHeaders } from '../../protocol/index.ts';
import { isBehind, newestRevision, readTag, tagOf } from './delivery.ts';

const reply = () => undefined;
const at = (resourceVersion: string | undefined) => ({ metadata: { resourceVersion } });

test.each([
  { name: '7e51ca22eb19901a', revision: 205 },
  { name: 'idle', revision: undefined },
])('a tag is read as it was written, and survives HTTP: %j', (delivery) => {
  const tag = tagOf({ ...delivery, reply });
  expect({ revision: undefined, ...readTag(tag) }).toEqual(delivery);
  expect(readPollTerms({ etag: pollAnswerHeaders({ tag, isHeld: true }).ETag }).tag).toBe(tag);
});

test.each(['', '.', '.7', 'a.b', 'a.1234567890123456', 'x'.repeat(100)])(
  'a tag of somebody else fails nothing: %j',
  (tag) => {
    expect(readTag(tag).name.length).toBeLessThanOrEqual(tag.length);
  },
);

test('who has something newer than we do is ahead of us; where a revision is not known nobody is', () => {
  const delivery = { name: 'a', revision: 7, reply };
  expect(isBehind(delivery, { name: 'b', revision: 8 })).toBe(true);
  expect(isBehind(delivery, { name: 'b', revision: 7 })).toBe(false);
  expect(isBehind(delivery, { name: 'b' })).toBe(false);
  expect(isBehind({ name: 'a', reply }, { name: 'b', revision: 8 })).toBe(false);
});

test('the newest revision is that of all, and unknown where one is no number', () => {
  expect(newestRevision([at('7'), at('10'), at('9')])).toBe(10);
  expect(newestRevision([at('7'), at('abc')])).toBeUndefined();
  expect(newestRevision([at('7'), at(undefined)])).toBeUndefined();
});
