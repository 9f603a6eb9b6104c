import { expect, test } from 'vitest';
import { beginToWatch, watchChanges } from './change-watch.ts';
import { eventually } from './eventually.ts';
import { observed } from './row-context.ts';
import type { RowContext } from './row-context.ts';
import { container, pod } from './sample-pods.ts';

/** `changes`. */
export function describeChanging({ has, runtime, subject }: RowContext): void {
  const web = () => pod('web', [container('one', subject().image), container('two', subject().image)]);

  test('changes says at the start that something may have been missed, and ends with its signal', async () => {
    const watch = await watchChanges(runtime());
    expect(watch.seen[0]).toBeUndefined();
    await watch.end();
    for await (const name of runtime().changes({ signal: AbortSignal.abort() })) expect.fail(`yielded ${String(name)}`);
  });

  test('changes names a pod that is started, and one that is removed', async () => {
    const watch = await watchChanges(runtime());
    await runtime().start(web());
    await watch.sees('web');
    const from = watch.seen.length;
    await runtime().remove('web');
    await watch.sees('web', from);
    await watch.end();
  });

  test.each(['kill', 'stop', 'remove'] as const)(
    'changes names a pod after a %s by another hand; list then shows it',
    async (hand) => {
      await runtime().start(web());
      const watch = await watchChanges(runtime());
      const before = await observed(runtime(), 'web');
      const from = watch.seen.length;
      await subject()[hand]('web', 'one');
      await watch.sees('web', from);
      await eventually('list shows the change', async () => {
        return JSON.stringify(await observed(runtime(), 'web')) !== JSON.stringify(before);
      });
      await watch.end();
    },
  );

  test('a caller that lists after each name ends with the truth', async () => {
    await runtime().start(web());
    const controller = new AbortController();
    let names: readonly string[] = [];
    const reading = (async () => {
      const changes = runtime().changes(controller)[Symbol.asyncIterator]();
      while ((await changes.next()).done !== true) names = (await runtime().list()).map(({ name }) => name);
    })();
    await eventually('the pod is known', () => names.includes('web'));
    await subject().remove('web');
    await eventually('the pod is known to be gone', () => names.length === 0);
    controller.abort();
    await reading;
  });

  test('changes does not name the pods of others', async () => {
    const watch = await watchChanges(runtime());
    const theirs = subject().connect('theirs');
    await subject().startForeignPod('stranger');
    await theirs.start(pod('theirs', [container('web', subject().image)]));
    await theirs.remove('theirs');
    await subject().remove('stranger');
    await runtime().start(web());
    await watch.sees('web');
    expect(watch.seen).not.toContain('theirs');
    expect(watch.seen).not.toContain('stranger');
    await watch.end();
  });

  test('two readers both see a change', async () => {
    const watches = [await watchChanges(runtime()), await watchChanges(runtime())];
    await runtime().start(web());
    await Promise.all(watches.map((watch) => watch.sees('web')));
    await Promise.all(watches.map((watch) => watch.end()));
  });

  test('a reader that stops reading early ends the watch', async () => {
    const { signal } = new AbortController();
    for await (const name of runtime().changes({ signal })) {
      expect(name).toBeUndefined();
      break;
    }
  });

  test('changes waits for an engine that is not there, and ends with its signal', async () => {
    const watch = beginToWatch(subject().connectNowhere());
    await expect(subject().connectNowhere().list()).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
    expect(watch.seen).toEqual([]);
    await watch.end();
  });

  if (has('engineRestart')) {
    test('after the engine was restarted changes says so and goes on, and pods live on', async () => {
      await runtime().start(web());
      const watch = await watchChanges(runtime());
      const before = await subject().trace('web');
      let from = watch.seen.length;
      await subject().restartEngine();
      await watch.sees(undefined, from);
      expect(await subject().trace('web')).toBe(before);
      expect((await observed(runtime(), 'web'))?.fingerprint).toBe('first');
      from = watch.seen.length;
      await subject().kill('web', 'one');
      await watch.sees('web', from);
      await watch.end();
    });
  }
}
