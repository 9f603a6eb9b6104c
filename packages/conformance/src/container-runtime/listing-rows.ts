import { MAX_POD_NOTE_LENGTH } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import { OWNER, observed } from './row-context.ts';
import type { RowContext } from './row-context.ts';
import { container, pod } from './sample-pods.ts';

/** `capabilities` and `list`. */
export function describeListing({ runtime, subject }: RowContext): void {
  test('capabilities name the engine and its version, the same each time', async () => {
    const capabilities = await runtime().capabilities();
    expect(capabilities.version).toMatch(/^\S+ \d/);
    expect(await runtime().capabilities()).toEqual(capabilities);
  });

  test('list is empty where nothing of ours is', async () => {
    await subject().startForeignPod('stranger');
    expect(await runtime().list()).toEqual([]);
  });

  test('list shows a pod of ours with its fingerprint, its status and its containers by the names of the manifest', async () => {
    const { image } = subject();
    await runtime().start(pod('web', [container('web', image), container('side', image)]));
    const [found, ...others] = await runtime().list();
    expect(others).toEqual([]);
    expect(found).toMatchObject({ name: 'web', fingerprint: 'first' });
    expect(found?.status).toMatch(/^[A-Za-z]+$/);
    expect(found?.containers.map(({ name }) => name).sort()).toEqual(['side', 'web']);
    for (const { state, startedAtMs, exitCode } of found?.containers ?? []) {
      expect({ state, exitCode }).toEqual({ state: 'running', exitCode: undefined });
      expect(startedAtMs).toBeGreaterThan(Date.UTC(2020, 0));
    }
  });

  test('list tells the note of a pod to the letter, the longest too, and none where there is none', async () => {
    const request = pod('web', [container('web', subject().image)]);
    const note = ` {"a": ["b'c"]}, $HOME \${x} \\n {{.Name}} ü 😀\n#: `.padEnd(MAX_POD_NOTE_LENGTH, '-');
    await runtime().start({ ...request, note });
    await runtime().start({ ...request, name: 'plain' });
    expect(await observed(subject().connect(OWNER), 'web')).toMatchObject({ note });
    expect(await observed(runtime(), 'plain')).not.toHaveProperty('note');
  });

  test('list shows what was stopped by another hand, and no longer what was removed', async () => {
    const { image } = subject();
    await runtime().start(pod('stopped', [container('one', image)]));
    await runtime().start(pod('removed', [container('one', image)]));
    await subject().stop('stopped');
    await subject().remove('removed');
    expect((await runtime().list()).map(({ name }) => name)).toEqual(['stopped']);
    expect((await observed(runtime(), 'stopped'))?.containers).toMatchObject([{ name: 'one', state: 'exited' }]);
  });

  test('a restarted process sees the pods of the one before', async () => {
    await runtime().start(pod('web', [container('web', subject().image)]));
    const successor = subject().connect(OWNER);
    expect(await successor.list()).toEqual(await runtime().list());
    await successor.remove('web');
    expect(await runtime().list()).toEqual([]);
  });

  test('two owners on one engine do not see or touch each other', async () => {
    const other = subject().connect('theirs');
    const request = pod('web', [container('web', subject().image)]);
    await runtime().start(request);
    const before = await subject().trace('web');
    expect(await other.list()).toEqual([]);
    await expect(other.start(request)).rejects.toMatchObject({ name: 'K4eError', code: 'RUNTIME_NAME_TAKEN' });
    await expect(other.restart('web')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await other.remove('web');
    expect(await subject().trace('web')).toBe(before);
    await other.start({ ...request, name: 'theirs' });
    expect((await runtime().list()).map(({ name }) => name)).toEqual(['web']);
    expect((await other.list()).map(({ name }) => name)).toEqual(['theirs']);
  });
}
