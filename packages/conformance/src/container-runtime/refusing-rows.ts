import type { ContainerRuntime } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import type { RowContext } from './row-context.ts';
import { container, pod } from './sample-pods.ts';

type Call = (runtime: ContainerRuntime, options: { readonly signal?: AbortSignal }, image: string) => Promise<unknown>;

const CALLS: readonly (readonly [string, Call])[] = [
  ['capabilities', (runtime, options) => runtime.capabilities(options)],
  ['list', (runtime, options) => runtime.list(options)],
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

  test('a start that is cut off leaves something that start or remove can go on from', async () => {
    const request = pod('web', [container('web', subject().image)]);
    const controller = new AbortController();
    const started = runtime().start(request, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await started.catch((error: unknown) => expect(error).toMatchObject({ code: 'ABORTED' }));
    await runtime().remove('web', { graceMs: 0 });
    await runtime().start(request);
    expect((await runtime().list()).map(({ name }) => name)).toEqual(['web']);
  });
}
