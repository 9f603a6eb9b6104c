import type { JsonObject } from '@k4e/core';
import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { observedContainer } from './row-context.ts';
import type { RowContext } from './row-context.ts';
import { container, pod, published, serve } from './sample-pods.ts';

const PORT = 18_084;
/** Exit code of a program that was killed: 128 and the number of SIGKILL. */
const KILLED = 137;

/** Tells the kernel's counters of the pod's network. */
const COUNT_DATAGRAMS = [
  'mkdir cgi-bin',
  `printf '#!/bin/sh\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\n"\\ncat /proc/net/snmp\\n' > cgi-bin/udp`,
  'chmod +x cgi-bin/udp',
].join('; ');

/** Datagrams that came in, whether somebody listened or not; -1 when the text has no counters. */
function countDatagrams(counters: string): number {
  const [, delivered, withoutListener] = /^Udp: (\d+) (\d+)/m.exec(counters) ?? [];
  return withoutListener === undefined ? -1 : Number(delivered) + Number(withoutListener);
}

/** What a pod's manifest asks for arrives at its programs. */
export function describePrograms({ runtime, subject }: RowContext): void {
  const web = (prepare: string, more: JsonObject = {}) =>
    container('web', subject().image, serve(prepare), { ...published(PORT), ...more });
  const expectServed = (path: string, matches: (text: string) => boolean): Promise<void> =>
    eventually(`${path} is served`, async () => matches((await subject().fetch(PORT, path)) ?? ''));

  test('a TCP host port is served while the pod is there, and not after', async () => {
    await runtime().start(pod('web', [web('echo hello > page')]));
    await expectServed('/page', (text) => text === 'hello\n');
    await runtime().remove('web');
    expect(await subject().fetch(PORT, '/page')).toBeUndefined();
  });

  test('what comes in at a UDP host port arrives in the pod, and what comes in at another does not', async () => {
    const udp = { containerPort: 9000, hostPort: PORT + 1, protocol: 'UDP' };
    const ports = [{ containerPort: 8080, hostPort: PORT }, udp];
    await runtime().start(pod('web', [web(COUNT_DATAGRAMS, { ports })]));
    const arrived = async (): Promise<number> => countDatagrams((await subject().fetch(PORT, '/cgi-bin/udp')) ?? '');
    await eventually('the pod tells of its datagrams', async () => (await arrived()) >= 0);
    const before = await arrived();
    await subject().sendDatagram(PORT);
    expect(await arrived()).toBe(before);
    await eventually('a datagram has arrived', async () => {
      await subject().sendDatagram(PORT + 1);
      return (await arrived()) > before;
    });
  });

  test('a container port without host port is not published', async () => {
    const ports = [{ containerPort: PORT }, { containerPort: 8080, hostPort: PORT + 1 }];
    const served = `echo hello > page; httpd -p ${PORT} -h /tmp/www`;
    await runtime().start(pod('web', [container('web', subject().image, serve(served), { ports })]));
    await eventually('the page is served', async () => (await subject().fetch(PORT + 1, '/page')) === 'hello\n');
    expect(await subject().fetch(PORT, '/page')).toBeUndefined();
  });

  test('containers of a pod share its network', async () => {
    const asks = container(
      'asks',
      subject().image,
      'until wget -q -O - http://127.0.0.1:8080/page; do sleep 0.1; done',
    );
    await runtime().start(pod('web', [web('echo hello > page'), asks]));
    await eventually('the page was fetched', async () => {
      return (await observedContainer(runtime(), 'web', 'asks'))?.exitCode === 0;
    });
  });

  test('environment and arguments arrive as they are', async () => {
    const env = [
      { name: 'DEVICE_ID', value: 'edge 1 $HOME \'quoted\' "twice" yes' },
      { name: 'NUMBER', value: '0123' },
    ];
    await runtime().start(pod('web', [web('env > env', { env })]));
    await expectServed(
      '/env',
      (text) => text.includes(`DEVICE_ID=${env[0]!.value}\n`) && text.includes('NUMBER=0123\n'),
    );
  });

  test('a limit on memory holds', async () => {
    const eat = 'exec dd if=/dev/zero of=/dev/null bs=256M count=1';
    const resources = { limits: { memory: '64Mi' }, requests: { memory: '32Mi', cpu: '100m' } };
    const { image } = subject();
    const eaters = [container('bounded', image, eat, { resources }), container('free', image, eat)];
    await runtime().start(pod('web', eaters));
    const exitCode = async (name: string) => (await observedContainer(runtime(), 'web', name))?.exitCode;
    await eventually('the one with a limit was killed', async () => (await exitCode('bounded')) === KILLED);
    await eventually('the one without has ended well', async () => (await exitCode('free')) === 0);
  });

  test('a directory of the host is shared and outlives the pod', async () => {
    const path = await subject().makeHostDirectory();
    const volumes = [{ name: 'host', hostPath: { path, type: 'Directory' } }];
    const mounted = { volumeMounts: [{ name: 'host', mountPath: '/host' }] };
    await runtime().start(pod('web', [web('echo kept > /host/file', mounted)], { volumes }));
    await runtime().remove('web');
    await runtime().start(pod('web', [web('cp /host/file .', mounted)], { volumes }));
    await expectServed('/file', (text) => text === 'kept\n');
  });

  test('init containers run first, one after the other, and are not listed afterwards', async () => {
    const mounted = { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] };
    const initContainers = [
      container('first', subject().image, 'sleep 0.5; echo one > /shared/file', mounted),
      container('second', subject().image, 'echo two >> /shared/file', mounted),
    ];
    const volumes = [{ name: 'shared', emptyDir: {} }];
    await runtime().start(pod('web', [web('cp /shared/file .', mounted)], { volumes, initContainers }));
    await expectServed('/file', (text) => text === 'one\ntwo\n');
    const [found] = await runtime().list();
    expect(found?.containers.map(({ name }) => name)).toEqual(['web']);
  });

  test("an emptyDir is its pod's own, begins empty, and is gone with it", async () => {
    const mounted = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    const volumes = [{ name: 'data', emptyDir: {} }];
    const leave = container('web', subject().image, `echo secret > /data/file; ${serve('true')}`, mounted);
    await runtime().start(pod('other', [leave], { volumes }));
    const look = web('ls -A /data > listing; echo mine > /data/file', mounted);
    for (let round = 0; round < 2; round++) {
      await runtime().start(pod('web', [look], { volumes }));
      await eventually('the listing is served', async () => (await subject().fetch(PORT, '/listing')) !== undefined);
      expect(await subject().fetch(PORT, '/listing')).toBe('');
      await runtime().remove('web');
    }
  });
}
