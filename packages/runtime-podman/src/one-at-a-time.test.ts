import { expect, test } from 'vitest';
import { createOneAtATime } from './one-at-a-time.ts';

function step(log: string[], name: string) {
  const end = Promise.withResolvers<undefined>();
  const work = async (): Promise<string> => {
    log.push(`${name} begins`);
    await end.promise;
    log.push(`${name} ends`);
    return name;
  };
  return { work, end: () => end.resolve(undefined) };
}

test('work of one name waits its turn, work of another does not', async () => {
  const oneAtATime = createOneAtATime();
  const log: string[] = [];
  const [a, b, c] = [step(log, 'a'), step(log, 'b'), step(log, 'c')];
  const all = [
    oneAtATime('web', undefined, a.work),
    oneAtATime('web', undefined, b.work),
    oneAtATime('db', undefined, c.work),
  ];
  await Promise.resolve();
  c.end();
  expect(await all[2]).toBe('c');
  expect(log).toEqual(['a begins', 'c begins', 'c ends']);
  a.end();
  b.end();
  await Promise.all(all);
  expect(log.slice(3)).toEqual(['a ends', 'b begins', 'b ends']);
});

test("a failure is its caller's alone", async () => {
  const oneAtATime = createOneAtATime();
  const failed = oneAtATime('web', undefined, () => Promise.reject(new Error('no')));
  const next = oneAtATime('web', undefined, () => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('work that is aborted while it waits never begins', async () => {
  const oneAtATime = createOneAtATime();
  const log: string[] = [];
  const first = step(log, 'first');
  const running = oneAtATime('web', undefined, first.work);
  const controller = new AbortController();
  const waiting = oneAtATime('web', controller.signal, step(log, 'second').work);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  first.end();
  await running;
  expect(log).toEqual(['first begins', 'first ends']);
});
