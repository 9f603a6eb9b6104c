import { spawnSync } from 'node:child_process';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, Settings } from 'node:http2';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { MAX_REGISTERED_WORKERS } from '@k4e/core/ports';
import type { WorkerHubListener } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { MAX_CONCURRENT_CALLS, MAX_CONNECTIONS, MAX_HANDLER_LENGTH, createDispatcher } from '@k4e/link-yggdrasil';
import type { DispatcherOptions } from '@k4e/link-yggdrasil';
import { describe, expect, test } from 'vitest';
import { TAKEN, codeOf, dataOf, startDispatcher, useTestDirectory } from '../dispatcher-rig.ts';
import { readRawConfig, startRawWorker } from '../raw-yggdrasil/index.ts';
import type { RawWorkerOptions } from '../raw-yggdrasil/index.ts';

const rig = useTestDirectory();
const serve = (options: Partial<DispatcherOptions> = {}, listener: Partial<WorkerHubListener> = {}) =>
  startDispatcher(rig, options, listener);

describe('addresses', () => {
  test.each(['path', 'unix:path', '@name', 'unix:@name', 'unix-abstract:name'])('%s', async (form) => {
    const name = `k4e-test-${process.pid}-${form.length}`;
    const address = form.replace('path', join(rig.directory, 'd.sock')).replace('name', name);
    const { hub, addWorker } = await serve({ address });
    const isAbstract = form.includes('name');
    expect(hub.address).toBe(isAbstract ? `unix:@${name}` : `unix:${join(rig.directory, 'd.sock')}`);
    if (isAbstract) expect(await readFile('/proc/net/unix', 'utf8')).toContain(`@${name}\n`);
    const worker = await addWorker();
    expect(worker.address).toMatch(isAbstract ? /^@ygg-device-[a-z]{6}$/ : /\/ygg-device-[a-z]{6}\.sock$/);
    await hub.send('device', dataOf());
    expect(worker.received).toHaveLength(1);
  });

  test('a socket file is for its owner alone, takes the place of a stale one, and goes at the end', async () => {
    const path = join(rig.directory, 'd.sock');
    const stale = createServer().listen(path);
    await new Promise((resolve) => stale.once('listening', resolve));
    const first = await serve({ address: join(rig.directory, 'd.sock') }).catch((error: unknown) => error);
    expect(first).toMatchObject({ code: 'ALREADY_EXISTS' });
    await chmod(path, 0o777);
    await new Promise((resolve) => stale.close(resolve));
    await makeStale(path);
    const { end } = await serve({ address: path });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await end();
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  test('a file that is no socket is left alone', async () => {
    const path = join(rig.directory, 'd.sock');
    await writeFile(path, 'precious');
    expect(await codeOf(serve({ address: path }))).toBe('ALREADY_EXISTS');
    expect(await readFile(path, 'utf8')).toBe('precious');
  });

  test('a directory that is not there: NOT_FOUND; a name that is taken: ALREADY_EXISTS', async () => {
    expect(await codeOf(serve({ address: join(rig.directory, 'none', 'd.sock') }))).toBe('NOT_FOUND');
    const address = `@k4e-test-${process.pid}-taken`;
    const { hub } = await serve({ address });
    expect(await codeOf(serve({ address }))).toBe('ALREADY_EXISTS');
    expect(hub.workers()).toEqual([]);
  });
});

/** A socket file that nobody serves. */
async function makeStale(path: string): Promise<void> {
  const program =
    "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
  spawnSync(process.execPath, ['-e', program, path]);
  expect((await stat(path)).isSocket()).toBe(true);
}

describe('connections', () => {
  const path = (): string => join(rig.directory, 'd.sock');
  const closed = (session: Socket | ClientHttp2Session) => new Promise((resolve) => session.once('close', resolve));

  test('there is room for so many, further ones are closed, and when one goes there is room again', async () => {
    const { addWorker } = await serve();
    const idle = await Promise.all(
      Array.from({ length: MAX_CONNECTIONS }, async () => {
        const socket = connect(path());
        await new Promise((resolve) => socket.once('connect', resolve));
        return socket;
      }),
    );
    rig.cleanups.push(() => idle.forEach((socket) => socket.destroy()));
    await closed(connect(path()).resume());
    const [one, other] = idle;
    one?.destroy();
    other?.destroy();
    expect((await addWorker()).registered).toBe(true);
  });

  test('a peer is told how many calls it may have open at a time', async () => {
    await serve();
    const session = connectHttp2('http://localhost', { createConnection: () => connect(path()) });
    rig.cleanups.push(() => session.destroy());
    const settings = await new Promise<Settings>((resolve) => session.once('remoteSettings', resolve));
    expect(settings.maxConcurrentStreams).toBe(MAX_CONCURRENT_CALLS);
  });

  test('bytes that are no HTTP/2, and a peer that says nothing, do not hold up the end', async () => {
    const { end } = await serve();
    const garbage = connect(path());
    garbage.on('error', () => undefined);
    garbage.write('GET / HTTP/1.1\r\n\r\n');
    const silent = connect(path()).resume();
    await new Promise((resolve) => silent.once('connect', resolve));
    const gone = closed(silent);
    await end();
    await gone;
    garbage.destroy();
  });
});

describe('registration', () => {
  test('who has registered is known with what it says of itself', async () => {
    const { hub, sets, addWorker } = await serve();
    await addWorker({ handler: 'device', pid: 12, features: { confirms: 'yes' } });
    await addWorker({ handler: 'a.b_c-1', pid: 3_000_000_000, detachedContent: true });
    expect(hub.workers()).toMatchObject([
      { handler: 'a.b_c-1', pid: 3_000_000_000, hasDetachedContent: true, features: {} },
      { handler: 'device', pid: 12, hasDetachedContent: false, features: { confirms: 'yes' } },
    ]);
    expect(sets).toEqual([['device'], ['a.b_c-1', 'device']]);
  });

  test('a taken handler is refused, and nothing happens to the one who has it', async () => {
    const { hub, addWorker } = await serve();
    const first = await addWorker({ pid: 1 });
    const second = await addWorker({ pid: 2 });
    expect([second.registered, second.address]).toEqual([false, '']);
    await hub.send('device', dataOf());
    expect(first.received).toHaveLength(1);
  });

  test('there is room for so many, and for another one when one is gone', async () => {
    const { hub, addWorker } = await serve();
    for (let n = 0; n < MAX_REGISTERED_WORKERS; n++) {
      expect((await addWorker({ handler: `w${n}`, pid: 100 + n })).registered).toBe(true);
    }
    expect((await addWorker({ handler: 'one-more' })).registered).toBe(false);
    hub.release(100);
    expect((await addWorker({ handler: 'one-more' })).registered).toBe(true);
  });

  test.each<[string, RawWorkerOptions]>([
    ['without a handler', { handler: '' }],
    ['with a path for a handler', { handler: '../d' }],
    ['with a handler that is too long', { handler: 'x'.repeat(MAX_HANDLER_LENGTH + 1) }],
    ['with too many features', { features: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`f${n}`, ''])) }],
    ['with a feature that is too long', { features: { a: 'x'.repeat(1_025) } }],
    ['with a name of a feature that is too long', { features: { ['x'.repeat(129)]: '' } }],
  ])('one %s is refused', async (_, options) => {
    const { hub, addWorker } = await serve();
    expect(await codeOf(addWorker(options))).toBe(status.INVALID_ARGUMENT);
    expect(hub.workers()).toEqual([]);
  });

  test('a handler of the greatest length and a full set of features are fine', async () => {
    const { hub, addWorker } = await serve();
    const features = Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`f${n}`, 'x'.repeat(1_024)]));
    const worker = await addWorker({ handler: 'x'.repeat(MAX_HANDLER_LENGTH), features });
    await hub.send('x'.repeat(MAX_HANDLER_LENGTH), dataOf());
    expect(worker.received).toHaveLength(1);
  });

  test('a worker that dies loses its registration at once, and its successor is another one', async () => {
    const { hub, sets, logger, addWorker } = await serve();
    const first = await addWorker();
    await hub.send('device', dataOf());
    const [before] = hub.workers();
    first.die();
    await expect.poll(() => hub.workers()).toEqual([]);
    expect(logger.lines.at(-1)).toMatchObject({ fields: { cause: 'its connection has ended' } });
    const second = await addWorker();
    expect(second.registered).toBe(true);
    expect(hub.workers()[0]?.registrationId).not.toBe(before?.registrationId);
    await hub.send('device', dataOf());
    expect([first.received.length, second.received.length]).toEqual([1, 1]);
    expect(sets).toEqual([['device'], [], ['device']]);
  });

  test('one that does not listen in time loses it, too', async () => {
    const { hub } = await serve({ startLimitMs: 1_000 });
    const worker = await startRawWorker(hub.address);
    rig.cleanups.push(() => worker.die());
    expect(hub.workers()).toHaveLength(1);
    expect(await codeOf(hub.send('device', dataOf()))).toBe('WORKER_UNREACHABLE');
    expect(hub.workers()).toEqual([]);
  });

  test('one that died before it listened is followed by its successor, who need not wait for the end of that time', async () => {
    const { hub, addWorker } = await serve({ startLimitMs: 600_000 });
    const dead = await startRawWorker(hub.address, { pid: 1 });
    dead.die();
    expect((await addWorker({ pid: 2 })).registered).toBe(false);
    await expect.poll(async () => (await addWorker({ pid: 3 })).registered, { timeout: 10_000 }).toBe(true);
    expect(hub.workers()).toMatchObject([{ pid: 3 }]);
  });

  test('a process that has ended is released; nobody has the pid 0', async () => {
    const { hub, addWorker } = await serve();
    await addWorker({ handler: 'a', pid: 7 });
    await addWorker({ handler: 'b', pid: 0 });
    hub.release(0);
    hub.release(8);
    expect(hub.workers()).toHaveLength(2);
    hub.release(7);
    expect(hub.workers().map(({ handler }) => handler)).toEqual(['b']);
  });
});

test('GetConfig tells what is configured', async () => {
  const config = { logLevel: 'debug', clientId: 'c', server: 's', certFile: '/c', keyFile: '/k', caRoot: '/r' };
  const { hub, addWorker } = await serve({ config: () => config });
  const worker = await addWorker();
  expect(readRawConfig(await worker.getConfig())).toEqual(['debug', 'c', hub.address, 's', '/c', '/k', '/r']);
  const bare = await serve({ address: join(rig.directory, 'other.sock') });
  const other = await bare.addWorker();
  expect(readRawConfig(await other.getConfig())).toEqual(['', '', bare.hub.address, '', '', '', '']);
});

describe('the end', () => {
  test('ends what runs, lets go of everybody, and it can serve again', async () => {
    const { hub, sets, end, addWorker } = await serve();
    const worker = await addWorker({ onSend: () => new Promise<never>(() => undefined) });
    const sent = codeOf(hub.send('device', dataOf()));
    await expect.poll(() => worker.received.length).toBe(1);
    await end();
    expect(await sent).toBe('WORKER_UNREACHABLE');
    expect([hub.workers(), sets]).toEqual([[], [['device'], []]]);
    expect(await codeOf(hub.send('device', dataOf()))).toBe('NOT_FOUND');
    const stop = new AbortController();
    const again = hub.serve(
      { onListening: () => stop.abort(), onWorkersChanged: () => undefined, onData: async () => TAKEN },
      { signal: stop.signal },
    );
    await again;
  });

  test('a signal that has fired before: nothing is served', async () => {
    const hub = createDispatcher({
      address: join(rig.directory, 'd.sock'),
      clock: createSystemClock(),
      logger: createMemoryLogger(),
    });
    const listener = { onWorkersChanged: () => undefined, onData: async () => TAKEN };
    await hub.serve(listener, { signal: AbortSignal.abort() });
    await expect(stat(join(rig.directory, 'd.sock'))).rejects.toThrow('ENOENT');
  });

  test('a listener that throws stops nobody', async () => {
    const onWorkersChanged = (): void => {
      throw new Error('listener');
    };
    const { hub, addWorker } = await serve({}, { onWorkersChanged });
    await addWorker();
    expect(hub.workers()).toHaveLength(1);
  });
});
