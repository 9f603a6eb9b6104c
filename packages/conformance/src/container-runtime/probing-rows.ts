import { MAX_PROBE_REASON_LENGTH } from '@k4e/core/ports';
import type { ProbeAction, ProbeOutcome } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { observedContainer } from './row-context.ts';
import type { RowContext } from './row-context.ts';
import { container, pod } from './sample-pods.ts';

/** Long enough for a command on a busy machine. */
const PATIENCE_MS = 30_000;
/** Time of a probe that is to be late. */
const SHORT_MS = 1_000;

const sh = (script: string): ProbeAction => ({ kind: 'exec', command: ['sh', '-c', script] });

function reasonOf(outcome: ProbeOutcome): string | undefined {
  return outcome.isGood ? undefined : outcome.reason;
}

/** Looks at the health of containers, and ending those that lack it. */
export function describeProbing({ has, runtime, subject }: RowContext): void {
  const startWeb = (script?: string): Promise<void> =>
    runtime().start(pod('web', [container('web', subject().image, script), container('other', subject().image)]));
  const probe = (action: ProbeAction, timeoutMs = PATIENCE_MS): Promise<ProbeOutcome> =>
    runtime().probe('web', 'web', action, { timeoutMs });

  test('end stops the named containers that run, and no other; restart starts them again', async () => {
    await startWeb();
    const other = await subject().trace('web', 'other');
    await runtime().end('web', { containers: ['web', 'nobody'], graceMs: 5_000 });
    expect(await observedContainer(runtime(), 'web', 'web')).toMatchObject({ state: 'exited' });
    await runtime().end('web', { containers: ['web'] });
    await runtime().restart('web', { containers: ['web'] });
    expect(await observedContainer(runtime(), 'web', 'web')).toMatchObject({ state: 'running' });
    expect(await subject().trace('web', 'other')).toBe(other);
  });

  test('end without the pod is NOT_FOUND; a foreign pod is none', async () => {
    await subject().startForeignPod('stranger');
    const before = await subject().trace('stranger');
    for (const name of ['nobody', 'stranger']) {
      await expect(runtime().end(name, { containers: ['theirs'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await subject().trace('stranger')).toBe(before);
  });

  test('a probe of what is not there, does not run, or is not ours is NOT_FOUND', async () => {
    await subject().startForeignPod('stranger');
    await startWeb();
    await subject().kill('web', 'web');
    for (const [name, one] of [
      ['web', 'web'],
      ['web', 'nobody'],
      ['nobody', 'web'],
      ['stranger', 'theirs'],
      ['../x', '..'],
    ] as const) {
      const made = runtime().probe(name, one, sh('true'), { timeoutMs: PATIENCE_MS });
      await expect(made, `${name}/${one}`).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('a probe without an engine is RUNTIME_UNAVAILABLE', async () => {
    const made = subject().connectNowhere().probe('web', 'web', sh('true'), { timeoutMs: PATIENCE_MS });
    await expect(made).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
  });

  if (!has('programs')) return;

  test('a command that ends with 0 is good, whatever it prints; one that does not says how it ended and what it said', async () => {
    await startWeb();
    expect(await probe(sh('echo fine; echo really >&2'))).toEqual({ isGood: true });
    const outcome = await probe(sh("printf 'no\\033[31m\\n\\nlight'; echo ' at all' >&2; exit 7"));
    expect(reasonOf(outcome)).toMatch(/\b7\b.*no.*light/);
    expect(reasonOf(outcome)).not.toMatch(/\p{C}/u);
  });

  test('a command that is not there is not good', async () => {
    await startWeb();
    expect(await probe({ kind: 'exec', command: ['/no/such/program'] })).toMatchObject({ isGood: false });
  });

  test('a command that prints 10 MB is read to its end, and little of it is kept', async () => {
    await startWeb();
    expect(await probe(sh('head -c 10485760 /dev/zero'))).toEqual({ isGood: true });
    const outcome = await probe(sh("head -c 10485760 /dev/zero | tr '\\0' x; exit 1"));
    expect(reasonOf(outcome)).toContain('xxx');
    expect(reasonOf(outcome)).toHaveLength(MAX_PROBE_REASON_LENGTH);
  });

  test('a command that hangs is not good, and is not begun again before it has ended', async () => {
    await startWeb('mkdir /tmp/begun; sleep 3600');
    const hang = sh('mktemp /tmp/begun/XXXXXX; until test -e /tmp/release; do sleep 0.1; done');
    expect(reasonOf(await probe(hang, SHORT_MS))).toContain('1 s');
    expect(await probe(hang, SHORT_MS)).toMatchObject({ isGood: false });
    expect(await probe(sh('test $(ls /tmp/begun | wc -l) -eq 1'))).toEqual({ isGood: true });
    expect(await probe(sh('touch /tmp/release'))).toEqual({ isGood: true });
    await eventually('the command may be begun again', async () => (await probe(hang)).isGood);
  });

  test('a probe whose signal fires is ABORTED', async () => {
    await startWeb();
    const controller = new AbortController();
    const made = runtime().probe('web', 'web', sh('touch /tmp/begun; sleep 3600'), {
      timeoutMs: PATIENCE_MS,
      signal: controller.signal,
    });
    const rejected = expect(made).rejects.toMatchObject({ code: 'ABORTED' });
    await eventually('the command runs', async () => (await probe(sh('test -e /tmp/begun'))).isGood);
    controller.abort();
    await rejected;
  });

  if (has('engineRestart')) {
    test('a probe whose engine goes away says nothing of the container, and the next one can be made', async () => {
      await startWeb();
      const made = probe(sh('touch /tmp/begun; sleep 3600'));
      const rejected = expect(made).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
      await eventually('the command runs', async () => (await probe(sh('test -e /tmp/begun'))).isGood);
      await subject().restartEngine();
      await rejected;
      expect(await probe(sh('true'))).toEqual({ isGood: true });
    });
  }

  test('probes in a manifest are nothing that the runtime makes', async () => {
    const failing = {
      livenessProbe: {
        exec: { command: ['sh', '-c', 'touch /tmp/probed; false'] },
        periodSeconds: 1,
        failureThreshold: 1,
      },
    };
    await runtime().start(pod('web', [container('web', subject().image, undefined, failing)]));
    expect(await probe(sh('sleep 2; test ! -e /tmp/probed'))).toEqual({ isGood: true });
  });
}
