import { expect, test } from 'vitest';
import { remember, rememberLast } from './remember.ts';

test('a subject is asked once, also when its answer is nothing', () => {
  const asked: object[] = [];
  const answerOf = remember((subject: object) => void asked.push(subject));
  const [a, b] = [{}, {}];
  for (const subject of [a, b, a, b, a]) expect(answerOf(subject)).toBeUndefined();
  expect(asked).toEqual([a, b]);
});

test('a subject is asked again when its items are others, fewer, more, or come in another order', () => {
  const [subject, a, b] = [{}, { item: 'a' }, { item: 'b' }];
  let asked = 0;
  const answerOf = rememberLast((_subject: object, items: readonly { item: string }[]) => {
    asked += 1;
    return items.map(({ item }) => item).join('');
  });
  const lists = [[], [a], [a, b], [b, a], [b], [b, b], [{ item: 'b' }, b], []];
  for (const items of lists) {
    const before = asked;
    const answer = answerOf(subject, items);
    expect(answerOf(subject, [...items])).toBe(answer);
    expect(answer).toBe(items.map(({ item }) => item).join(''));
    expect(asked).toBe(before + 1);
  }
});

test('subjects do not get in each other’s way', () => {
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  let asked = 0;
  const answerOf = rememberLast(({ name }: { name: string }) => {
    asked += 1;
    return name;
  });
  for (const subject of [a, b, a, b]) expect(answerOf(subject, [])).toBe(subject.name);
  expect(asked).toBe(2);
});
