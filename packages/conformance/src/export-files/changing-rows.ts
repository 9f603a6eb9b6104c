import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { CurrentSubject } from './export-files-subject.ts';

/** How long the suite waits to hear of a change. */
const HEARD_WITHIN_MS = 20_000;
/** How often it makes the change again: changes may be missed, as while a watch is being set up. */
const AGAIN_AFTER_MS = 500;

/** `changes`. */
export function describeChanges(subject: CurrentSubject): void {
  let stop = new AbortController();
  afterEach(() => {
    stop.abort();
    stop = new AbortController();
  });
  function listen(workloads: readonly string[]): AsyncIterator<string> {
    return subject().files.changes(workloads, { signal: stop.signal })[Symbol.asyncIterator]();
  }

  /** Makes a change until it is heard of, and gives who it was. */
  async function heardOf(changes: AsyncIterator<string>, change: () => Promise<void>): Promise<string | undefined> {
    const heard = changes.next().then((next) => (next.done === true ? undefined : next.value));
    const startedMs = performance.now();
    while (performance.now() - startedMs < HEARD_WITHIN_MS) {
      await change();
      const name = await Promise.race([heard, delay(AGAIN_AFTER_MS, 'nothing' as const)]);
      if (name !== 'nothing') return name;
    }
    throw new Error('nothing was heard of a change');
  }

  /** Ends what is still to be told of earlier changes. */
  async function drain(changes: AsyncIterator<string>): Promise<AsyncIterator<string>> {
    stop.abort();
    for (let next = await changes.next(); next.done !== true; next = await changes.next());
    stop = new AbortController();
    return listen(['web']);
  }

  test.each<[string, () => Promise<void>]>([
    ['written', () => subject().write('web', 'new', '1')],
    ['written to', () => subject().append('web', 'd/a', '1')],
    ['replaced', () => subject().replace('web', 'd/a', '2')],
    ['written in a new directory', () => subject().write('web', 'deep/er/still', '1')],
    [
      'linked',
      async () => {
        await subject().remove('web', 'd/link');
        await subject().link('web', 'd/link', 'a');
      },
    ],
  ])('tells the workload when a file is %s', async (_how, change) => {
    await subject().write('web', 'd/a', '1');
    expect(await heardOf(listen(['db', 'web']), change)).toBe('web');
  });

  test('tells when a file is removed', async () => {
    await subject().write('web', 'd/a', '1');
    const changes = listen(['web']);
    const turn = async (): Promise<void> => {
      await subject().write('web', 'd/b', '1');
      await subject().remove('web', 'd/b');
    };
    expect(await heardOf(changes, turn)).toBe('web');
  });

  test('tells of changes in a directory that came later', async () => {
    await subject().makeDirectory('web', 'd');
    const changes = listen(['web']);
    await heardOf(changes, () => subject().write('web', 'd/e/f/a', '1'));
    const later = await drain(changes);
    expect(await heardOf(later, () => subject().append('web', 'd/e/f/a', '1'))).toBe('web');
  });

  test('tells of an export that is not there yet', async () => {
    expect(await heardOf(listen(['web']), () => subject().write('web', 'a', '1'))).toBe('web');
  });

  test('tells of the workloads that were asked for alone', async () => {
    await subject().write('web', 'a', '1');
    await subject().write('db', 'a', '1');
    const changes = listen(['web']);
    const change = async (): Promise<void> => {
      await subject().append('db', 'a', '1');
      await subject().append('web', 'a', '1');
    };
    for (let count = 0; count < 3; count++) expect(await heardOf(changes, change)).toBe('web');
  });

  test('ends with its signal, without an error, and lets go of everything', async () => {
    await subject().write('web', 'd/a', '1');
    const before = subject().openCount();
    const changes = listen(['web', 'db']);
    await heardOf(changes, () => subject().append('web', 'd/a', '1'));
    const waiting = changes.next();
    stop.abort();
    for (let next = await waiting; next.done !== true; next = await changes.next());
    expect(subject().openCount()).toBe(before);
  });

  test('ends at once when its signal has fired before', async () => {
    stop.abort();
    expect((await listen(['web']).next()).done).toBe(true);
  });
}
