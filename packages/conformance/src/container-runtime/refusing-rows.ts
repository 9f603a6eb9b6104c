import type { ContainerRuntime, PodRequest } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import type { RowContext } from './row-context.ts';
import { container, pod } from './sample-pods.ts';

type Call = (runtime: ContainerRuntime, options: { readonly signal?: AbortSignal }, image: string) => Promise<unknown>;

const CALLS: readonly (readonly [string, Call])[] = [
  ['capabilities', (runtime, options) => runtime.capabilities(options)],
  ['list', (runtime, options) => runtime.list(options)],
  ['prepare', (runtime, options, image) => runtime.prepare(pod('web', [container('web', image)]), options)],
  ['start', (runtime, options, image) => runtime.start(pod('web', [container('web', image)]), options)],
  ['restart', (runtime, options) => runtime.restart('web', options)],
  ['remove', (runtime, options) => runtime.remove('web', { ...options, graceMs: 0 })],
];

/** What every call has in common: no engine, and a signal that fired. */
export function describeRefusing({ runtime, subject }: RowContext): void {
  test.each(CALLS)('%s without an engine rejects with RUNTIME_UNAVAILABLE', async (_name, call) => {
    const failed = call(subject().connectNowhere(), {}, subject().image);
    await expect(failed).rejects.toMatchObject({ name: 'K4eError', code: 'RUNTIME_UNAVAILABLE' });
  });

  test.each(CALLS)('%s with a signal that fired rejects with ABORTED, and does nothing', async (_name, call) => {
    await runtime().start(pod('other', [container('web', subject().image)]));
    const before = await subject().trace('other');
    const signal = AbortSignal.abort();
    await expect(call(runtime(), { signal }, subject().image)).rejects.toMatchObject({
      name: 'K4eError',
      code: 'ABORTED',
    });
    expect(await subject().podNames()).toEqual(['other']);
    expect(await subject().trace('other')).toBe(before);
  });

  test.each(['start', 'remove'] as const)('a start that is cut off at once is taken up by %s', async (next) => {
    await cutOff(runtime(), request(), () => new Promise(setImmediate));
    await takeUp(next);
  });

  test.each(['start', 'remove'] as const)(
    'a start that is cut off once there is a pod is taken up by %s: nothing of it goes on',
    async (next) => {
      await cutOff(runtime(), request(), (hasEnded) =>
        eventually('there is a pod', async () => hasEnded() || (await subject().podNames()).includes('web')),
      );
      await takeUp(next);
    },
  );

  const request = (): PodRequest =>
    pod(
      'web',
      ['one', 'two', 'three'].map((name) => container(name, subject().image)),
    );
  const takeUp = async (next: 'start' | 'remove'): Promise<void> => {
    if (next === 'remove') {
      await runtime().remove('web', { graceMs: 0 });
      expect(await subject().podNames()).toEqual([]);
    }
    await runtime().start(request());
    const running = { state: 'running' };
    expect(await runtime().list()).toMatchObject([
      { name: 'web', fingerprint: 'first', containers: [running, running, running] },
    ]);
  };
}

/** Fires the signal of a start at that moment, unless it has ended before. */
async function cutOff(
  runtime: ContainerRuntime,
  request: PodRequest,
  moment: (hasEnded: () => boolean) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  let isOver = false;
  const ended = runtime.start(request, { signal: controller.signal }).then(
    () => void (isOver = true),
    (error: unknown) => {
      isOver = true;
      expect(error).toMatchObject({ name: 'K4eError', code: 'ABORTED' });
    },
  );
  await moment(() => isOver);
  controller.abort();
  await ended;
}
