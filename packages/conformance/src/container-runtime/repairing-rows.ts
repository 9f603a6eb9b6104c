import { expect, test } from 'vitest';
import { OWNER, observed, observedContainer } from './row-context.ts';
import type { RowContext } from './row-context.ts';
import { another, container, pod, published } from './sample-pods.ts';

const PORT = 18_083;

/** What a crash in the middle of `start` leaves, and how it is repaired. */
export function describeRepairing({ runtime, subject }: RowContext): void {
  const request = () => {
    const { image } = subject();
    return pod('web', [container('one', image, undefined, published(PORT)), container('two', image)]);
  };

  test('a pod that was created and never started is listed so, and start starts it', async () => {
    await subject().createWithoutStarting(OWNER, request());
    const found = await observed(runtime(), 'web');
    expect(found).toMatchObject({ name: 'web', fingerprint: 'first' });
    expect(found?.containers.map(({ state }) => state)).toEqual(['created', 'created']);
    await runtime().start(request());
    expect((await observed(runtime(), 'web'))?.containers.map(({ state }) => state)).toEqual(['running', 'running']);
  });

  test('restart does not start what was never started', async () => {
    await subject().createWithoutStarting(OWNER, request());
    await runtime().restart('web');
    expect(await observedContainer(runtime(), 'web', 'one')).toMatchObject({ state: 'created' });
  });

  test('remove, then start of another version, replaces a pod that was never started', async () => {
    await subject().createWithoutStarting(OWNER, request());
    await expect(runtime().start(another(request()))).rejects.toMatchObject({ code: 'CONFLICT' });
    await runtime().remove('web');
    expect(await subject().podNames()).toEqual([]);
    await runtime().start(another(request()));
  });

  test('a pod that lacks a container has no fingerprint; remove, then start, repairs it', async () => {
    await runtime().start(request());
    await subject().removeContainer('web', 'two');
    const found = await observed(runtime(), 'web');
    expect(found?.fingerprint).toBeUndefined();
    expect(found?.containers.map(({ name }) => name)).toEqual(['one']);
    await expect(runtime().start(request())).rejects.toMatchObject({ code: 'CONFLICT' });
    await runtime().remove('web');
    await runtime().start(request());
    expect((await observed(runtime(), 'web'))?.fingerprint).toBe('first');
  });
}
