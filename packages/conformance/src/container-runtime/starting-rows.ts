import { expect, test } from 'vitest';
import { observed, observedContainer } from './row-context.ts';
import type { RowContext } from './row-context.ts';
import { another, container, pod, published } from './sample-pods.ts';

const PORT = 18_080;

/** `start`, where it succeeds and where it meets a pod that is there already. */
export function describeStarting({ runtime, subject }: RowContext): void {
  test('start of what runs already changes nothing', async () => {
    const request = pod('web', [container('web', subject().image)]);
    await runtime().start(request);
    const before = await subject().trace('web');
    await runtime().start(request);
    expect(await subject().trace('web')).toBe(before);
  });

  test('start of the same fingerprint starts the containers that do not run, and leaves the others alone', async () => {
    const { image } = subject();
    const request = pod('web', [container('good', image), container('bad', image)]);
    await runtime().start(request);
    const good = await subject().trace('web', 'good');
    await subject().kill('web', 'bad');
    expect((await observedContainer(runtime(), 'web', 'bad'))?.state).toBe('exited');
    await runtime().start(request);
    expect((await observedContainer(runtime(), 'web', 'bad'))?.state).toBe('running');
    expect(await subject().trace('web', 'good')).toBe(good);
  });

  test('start of another fingerprint is a CONFLICT, and replaces nothing', async () => {
    const request = pod('web', [container('web', subject().image)]);
    await runtime().start(request);
    const before = await subject().trace('web');
    await expect(runtime().start(another(request))).rejects.toMatchObject({ name: 'K4eError', code: 'CONFLICT' });
    expect(await subject().trace('web')).toBe(before);
    await runtime().remove('web', { graceMs: 0 });
    await runtime().start(another(request));
    expect((await observed(runtime(), 'web'))?.fingerprint).toBe('second');
  });

  test('start of a stopped pod of ours that fails leaves the pod', async () => {
    const request = pod('web', [container('web', subject().image, undefined, published(PORT))]);
    await runtime().start(request);
    await subject().stop('web');
    const release = await subject().occupyPort(PORT, 'tcp');
    await expect(runtime().start(request)).rejects.toMatchObject({ code: 'RUNTIME_PORT_TAKEN' });
    expect(await observedContainer(runtime(), 'web', 'web')).toMatchObject({ state: 'exited' });
    await release();
    await runtime().start(request);
    expect(await observedContainer(runtime(), 'web', 'web')).toMatchObject({ state: 'running' });
  });

  test('a foreign pod with the name is RUNTIME_NAME_TAKEN, and stays as it is', async () => {
    await subject().startForeignPod('web');
    const before = await subject().trace('web');
    const refused = runtime().start(pod('web', [container('web', subject().image)]));
    await expect(refused).rejects.toMatchObject({ code: 'RUNTIME_NAME_TAKEN', subject: 'web' });
    expect(await subject().trace('web')).toBe(before);
    expect(await runtime().list()).toEqual([]);
  });

  test('names of pods and containers may be equal, within a pod and between pods', async () => {
    const { image } = subject();
    await runtime().start(pod('web', [container('web', image)]));
    await runtime().start(pod('web.two', [container('web', image), container('two', image)]));
    expect((await runtime().list()).map(({ name }) => name).sort()).toEqual(['web', 'web.two']);
    expect((await observed(runtime(), 'web.two'))?.containers.map(({ name }) => name).sort()).toEqual(['two', 'web']);
  });

  test('a pod with the longest name runs', async () => {
    const name = `a${'b'.repeat(61)}c`;
    await runtime().start(pod(name, [container('web', subject().image)]));
    expect(await observedContainer(runtime(), name, 'web')).toMatchObject({ state: 'running' });
  });

  test('starts of one pod at once make one pod', async () => {
    const request = pod('web', [container('web', subject().image)]);
    await Promise.all([runtime().start(request), runtime().start(request), runtime().start(request)]);
    expect(await subject().podNames()).toEqual(['web']);
    expect(await observedContainer(runtime(), 'web', 'web')).toMatchObject({ state: 'running' });
  });

  test('starts of several pods at once all succeed', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const ported = (name: string, index: number) =>
      pod(name, [container('web', subject().image, undefined, published(PORT + index))]);
    await Promise.all(names.map((name, index) => runtime().start(ported(name, index))));
    expect((await runtime().list()).map(({ name }) => name).sort()).toEqual(names);
  });
}
