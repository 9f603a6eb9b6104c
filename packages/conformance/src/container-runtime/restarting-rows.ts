import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { observed, observedContainer } from './row-context.ts';
import type { RowContext } from './row-context.ts';
import { container, pod, published, serve } from './sample-pods.ts';

const PORT = 18_081;

/** Containers that end, and `restart`. */
export function describeRestarting({ has, runtime, subject }: RowContext): void {
  test('a killed container is listed as exited with its exit code, and restart starts only that one', async () => {
    const { image } = subject();
    await runtime().start(pod('web', [container('good', image), container('bad', image)]));
    const good = await subject().trace('web', 'good');
    await subject().kill('web', 'bad');
    expect(await observedContainer(runtime(), 'web', 'bad')).toMatchObject({ state: 'exited', exitCode: 137 });
    expect((await observedContainer(runtime(), 'web', 'bad'))?.finishedAtMs).toBeGreaterThan(Date.UTC(2020, 0));
    await runtime().restart('web');
    expect(await observedContainer(runtime(), 'web', 'bad')).toMatchObject({ state: 'running' });
    expect(await subject().trace('web', 'good')).toBe(good);
    expect((await observed(runtime(), 'web'))?.fingerprint).toBe('first');
  });

  test('restart of what runs changes nothing', async () => {
    await runtime().start(pod('web', [container('web', subject().image)]));
    const before = await subject().trace('web');
    await runtime().restart('web');
    expect(await subject().trace('web')).toBe(before);
  });

  test('restart without the pod is NOT_FOUND; a foreign pod is none', async () => {
    await subject().startForeignPod('stranger');
    const before = await subject().trace('stranger');
    await expect(runtime().restart('nobody')).rejects.toMatchObject({ name: 'K4eError', code: 'NOT_FOUND' });
    await expect(runtime().restart('stranger')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await subject().trace('stranger')).toBe(before);
  });

  test('restart starts a pod again that was stopped as a whole', async () => {
    const { image } = subject();
    await runtime().start(pod('web', [container('one', image), container('two', image)]));
    await subject().stop('web');
    await runtime().restart('web');
    for (const name of ['one', 'two']) {
      expect(await observedContainer(runtime(), 'web', name)).toMatchObject({ state: 'running' });
    }
  });

  test('restart with names starts just those', async () => {
    const { image } = subject();
    await runtime().start(pod('web', [container('one', image), container('two', image)]));
    await subject().stop('web');
    await runtime().restart('web', { containers: ['two', 'nobody'] });
    expect(await observedContainer(runtime(), 'web', 'one')).toMatchObject({ state: 'exited' });
    expect(await observedContainer(runtime(), 'web', 'two')).toMatchObject({ state: 'running' });
  });

  test('restart of a stopped pod whose host port was taken meanwhile is RUNTIME_PORT_TAKEN, and the pod stays', async () => {
    await runtime().start(pod('web', [container('web', subject().image, undefined, published(PORT))]));
    await subject().stop('web');
    const release = await subject().occupyPort(PORT, 'tcp');
    await expect(runtime().restart('web')).rejects.toMatchObject({ code: 'RUNTIME_PORT_TAKEN' });
    expect(await observedContainer(runtime(), 'web', 'web')).toMatchObject({ state: 'exited' });
    await release();
    await runtime().restart('web');
    expect(await observedContainer(runtime(), 'web', 'web')).toMatchObject({ state: 'running' });
  });

  if (has('programs')) {
    test.each([0, 7])('a program that ends by itself is listed with its exit code %d', async (code) => {
      const { image } = subject();
      await runtime().start(pod('web', [container('good', image), container('ends', image, `exit ${code}`)]));
      await eventually('the container has ended', async () => {
        return (await observedContainer(runtime(), 'web', 'ends'))?.state === 'exited';
      });
      expect(await observedContainer(runtime(), 'web', 'ends')).toMatchObject({ exitCode: code });
      expect(await observedContainer(runtime(), 'web', 'good')).toMatchObject({ state: 'running' });
    });

    test('after a restart of the whole pod its host port is served again', async () => {
      const web = container('web', subject().image, serve('echo hello > page'), published(PORT));
      await runtime().start(pod('web', [web]));
      await subject().stop('web');
      expect(await subject().fetch(PORT, '/page')).toBeUndefined();
      await runtime().restart('web');
      await eventually('the page is served', async () => (await subject().fetch(PORT, '/page')) === 'hello\n');
    });
  }
}
