import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { OWNER } from './row-context.ts';
import type { RowContext } from './row-context.ts';
import { WAIT, container, pod, published, serve } from './sample-pods.ts';

const PORT = 18_082;
/** What a removal may take beyond its grace period. */
const REMOVAL_SLACK_MS = 15_000;

/** `remove`. */
export function describeRemoving(context: RowContext): void {
  const { has, runtime, subject } = context;

  test('remove takes the pod away and frees its host ports at once', async () => {
    const request = pod('web', [container('web', subject().image, undefined, published(PORT))]);
    for (const name of ['web', 'again']) {
      await runtime().start({ ...request, name });
      await runtime().remove(name);
      expect(await subject().podNames()).toEqual([]);
    }
    const release = await subject().occupyPort(PORT, 'tcp');
    await release();
  });

  test('remove of what is not there resolves; foreign pods and other pods of ours stay', async () => {
    await subject().startForeignPod('stranger');
    await runtime().start(pod('other', [container('web', subject().image)]));
    const before = [await subject().trace('stranger'), await subject().trace('other')];
    for (const name of ['nobody', 'stranger', 'oth', '..', '']) await runtime().remove(name);
    expect([await subject().trace('stranger'), await subject().trace('other')]).toEqual(before);
  });

  test('removals of one pod at once all resolve', async () => {
    await runtime().start(pod('web', [container('web', subject().image)]));
    const successor = subject().connect(OWNER);
    await Promise.all([runtime().remove('web'), runtime().remove('web'), successor.remove('web')]);
    expect(await subject().podNames()).toEqual([]);
  });

  test.each(['stop', 'kill'] as const)('remove takes a pod away after a %s by another hand', async (hand) => {
    const { image } = subject();
    await runtime().start(pod('web', [container('one', image), container('two', image)]));
    await subject()[hand]('web', 'one');
    await runtime().remove('web');
    expect(await subject().podNames()).toEqual([]);
  });

  if (has('programs')) describeRemovingPrograms(context);
}

function describeRemovingPrograms({ runtime, subject }: RowContext): void {
  test('containers get SIGTERM and the time to end by themselves', async () => {
    const directory = await subject().makeHostDirectory();
    const volumes = [{ name: 'host', hostPath: { path: directory, type: 'Directory' } }];
    const mount = { volumeMounts: [{ name: 'host', mountPath: '/host' }] };
    const last = "trap 'sleep 1; echo bye > /host/last; exit 0' TERM";
    const script = `${last}; mkdir /tmp/www; echo yes > /tmp/www/up; httpd -p 8080 -h /tmp/www; sleep 3600 & wait`;
    const talker = container('web', subject().image, script, { ...mount, ...published(PORT) });
    await runtime().start(pod('web', [talker, container('quick', subject().image)], { volumes }));
    await eventually('it listens to SIGTERM', async () => (await subject().fetch(PORT, '/up')) === 'yes\n');
    await runtime().remove('web', { graceMs: 10_000 });
    const reader = container('web', subject().image, serve('cp /host/last .'), { ...mount, ...published(PORT) });
    await runtime().start(pod('reader', [reader], { volumes }));
    await eventually('the last words are there', async () => (await subject().fetch(PORT, '/last')) === 'bye\n');
  });

  test('a container that ignores SIGTERM is killed after the grace period, and not before', async () => {
    const stubborn = container('web', subject().image, "trap '' TERM; while true; do sleep 1; done");
    await runtime().start(pod('web', [stubborn, container('quick', subject().image, WAIT)]));
    const startedMs = performance.now();
    await runtime().remove('web', { graceMs: 2_000 });
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(1_900);
    expect(tookMs).toBeLessThan(2_000 + REMOVAL_SLACK_MS);
    expect(await subject().podNames()).toEqual([]);
  });

  test('without a grace period it is killed at once', async () => {
    const stubborn = container('web', subject().image, "trap '' TERM; while true; do sleep 1; done");
    await runtime().start(pod('web', [stubborn]));
    await runtime().remove('web', { graceMs: 0 });
    expect(await subject().podNames()).toEqual([]);
  });
}
