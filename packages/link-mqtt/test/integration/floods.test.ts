import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MAX_WAITING_COMMANDS } from '@k4e/core/link';
import { MAX_BODY_BYTES } from '@k4e/core/protocol';
import { describeWithPart } from '@k4e/testbed/vitest';
import { expect, test } from 'vitest';
import { commandText, configurationText, eventually, heartbeat, startDevice, useBroker } from '../broker-rig/index.ts';

const PROGRAM = fileURLToPath(new URL('../programs/link-program.ts', import.meta.url));
const [DATA, CONTROL] = ['yggdrasil/edge-1/data/in', 'yggdrasil/edge-1/control/in'];
const MIB = 1_048_576;
const KIB = 1_024;
/** What a message of 200 MiB may cost at most: Node lets what has been swallowed lie for a while. */
const MAX_GROWTH_BYTES = 120 * MIB;

await describeWithPart('mosquitto', 'a broker that sends too much', () => {
  const broker = useBroker({ configuration: ['max_queued_messages 0'] });

  const publishAll = (topic: string, texts: readonly string[]) =>
    Promise.all(texts.map((text) => broker.controlPlane.publish(topic, text)));
  const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `c${index}`);

  test('of 10,000 commands no more come than are taken, and all in the end, once and in order', async () => {
    const doors = { open: (): void => undefined };
    const isOpen = new Promise<void>((resolve) => (doors.open = resolve));
    const device = startDevice([broker.relay.url], { mayTake: () => isOpen });
    await eventually(device.state).toBe('connected');
    const ids = names(10_000);
    await publishAll(
      CONTROL,
      ids.map((id) => commandText(id)),
    );
    await eventually(() => device.taken.length).toBe(1);
    await eventually(() => broker.relay.acknowledged().length).toBeGreaterThanOrEqual(MAX_WAITING_COMMANDS);
    expect(broker.relay.acknowledged().length).toBeLessThanOrEqual(MAX_WAITING_COMMANDS + 1);
    doors.open();
    await eventually(() => device.ids('control').length).toBe(ids.length);
    expect(device.ids('control')).toEqual(ids);
    expect(broker.relay.connectionCount()).toBe(1);
    await device.stop();
  });

  test('of 10,000 configurations that nobody takes the newest stays', async () => {
    const doors = { open: (): void => undefined };
    const isOpen = new Promise<void>((resolve) => (doors.open = resolve));
    const device = startDevice([broker.relay.url], { mayTake: () => isOpen });
    await eventually(device.state).toBe('connected');
    await publishAll(
      DATA,
      names(10_000).map((id) => configurationText(id)),
    );
    await eventually(() => broker.relay.acknowledged().length).toBe(10_000);
    doors.open();
    await eventually(() => device.ids('data').at(-1)).toBe('c9999');
    expect(device.taken).toHaveLength(2);
    await device.stop();
  });

  test('commands that come when nobody receives are kept within their limit', async () => {
    const device = startDevice([broker.relay.url]);
    await eventually(device.state).toBe('connected');
    await device.rest();
    await publishAll(
      CONTROL,
      names(100).map((id) => commandText(id)),
    );
    await eventually(() => broker.relay.acknowledged().length).toBe(100);
    await device.link.send('data', heartbeat('1'));
    const taken: unknown[] = [];
    const stop = new AbortController();
    for await (const { message } of device.link.receive(stop)) {
      taken.push(message.message_id);
      if (taken.length === MAX_WAITING_COMMANDS) break;
    }
    expect(taken).toEqual(names(MAX_WAITING_COMMANDS));
    expect(device.logger.lines.some(({ message }) => message.includes('dropped'))).toBe(true);
    await device.link.close();
  });

  test('a command that comes again is not delivered again', async () => {
    const device = startDevice([broker.relay.url]);
    await eventually(device.state).toBe('connected');
    for (const id of ['a', 'b', 'a', 'b', 'c']) await broker.controlPlane.publish(CONTROL, commandText(id));
    await eventually(() => device.ids('control').at(-1)).toBe('c');
    await broker.relay.fail('hangs up at once');
    await eventually(device.state).toBe('waiting');
    await broker.relay.fail(undefined);
    await eventually(device.state).toBe('connected');
    for (const id of ['c', 'd']) await broker.controlPlane.publish(CONTROL, commandText(id));
    await eventually(() => device.ids('control').at(-1)).toBe('d');
    expect(device.ids('control')).toEqual(['a', 'b', 'c', 'd']);
    await device.stop();
  });

  test('messages for different workers do not take the place of each other', async () => {
    const device = startDevice([broker.relay.url]);
    await eventually(device.state).toBe('connected');
    const directives = names(10);
    await publishAll(
      DATA,
      directives.map((directive) => configurationText(`for ${directive}`, directive)),
    );
    await eventually(() => device.taken.length).toBe(10);
    await device.stop();
  });

  test('10,000 messages that are none end nothing, and are a few lines', async () => {
    const device = startDevice([broker.relay.url]);
    await eventually(device.state).toBe('connected');
    await publishAll(
      DATA,
      names(5_000).map((id) => `{"message_id": "${id}`),
    );
    await publishAll(
      CONTROL,
      names(5_000).map(() => '[]'),
    );
    await broker.controlPlane.publish(DATA, '');
    await broker.controlPlane.publish(DATA, Buffer.from([0xff, 0xfe]));
    await broker.controlPlane.publish(DATA, configurationText('good'));
    await eventually(() => device.ids('data')).toEqual(['good']);
    expect(device.ids('control')).toEqual([]);
    const warnings = device.logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.length).toBeLessThan(20);
    expect(broker.relay.connectionCount()).toBe(1);
    await device.stop();
  });

  test.each([0, 1] as const)(
    'a message of 20 MiB at QoS %d is told and forgotten; what follows arrives',
    async (qos) => {
      const device = startDevice([broker.relay.url]);
      await eventually(device.state).toBe('connected');
      await broker.controlPlane.publish(DATA, Buffer.alloc(20 * MIB, ' '), { qos });
      await broker.controlPlane.publish(DATA, configurationText('next'));
      await eventually(() => device.ids('data')).toEqual(['next']);
      expect(JSON.stringify(device.logger.lines)).toContain(`a message of more than ${MAX_BODY_BYTES} bytes`);
      expect(broker.relay.connectionCount()).toBe(1);
      await device.stop();
    },
  );

  test('one that the broker keeps for everybody who comes does not keep the device away', async () => {
    await broker.controlPlane.publish(DATA, Buffer.alloc(2 * MIB, ' '), { isRetained: true });
    const device = startDevice([broker.relay.url]);
    await eventually(device.state).toBe('connected');
    await broker.controlPlane.publish(CONTROL, commandText('a'));
    await eventually(() => device.ids('control')).toEqual(['a']);
    expect(JSON.stringify(device.logger.lines)).toContain(`a message of more than ${MAX_BODY_BYTES} bytes`);
    expect(broker.relay.connectionCount()).toBe(1);
    await device.stop();
  });

  test('a message of 200 MiB is never in memory', async () => {
    const args = ['--conditions=@k4e/source', PROGRAM, broker.mosquitto.url];
    const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    program.stdout.on('data', (data) => (said += String(data)));
    try {
      await eventually(() => said).toContain('connected');
      await broker.controlPlane.publish(DATA, configurationText('before'));
      await eventually(() => said).toContain('took before');
      const before = await peakBytes(program.pid);
      await broker.controlPlane.publish(DATA, Buffer.alloc(200 * MIB, ' '));
      await broker.controlPlane.publish(DATA, configurationText('after'));
      await eventually(() => said).toContain('took after');
      expect((await peakBytes(program.pid)) - before).toBeLessThan(MAX_GROWTH_BYTES);
    } finally {
      program.kill('SIGKILL');
    }
  });
});

/** The most memory that a process has had so far. */
async function peakBytes(pid: number | undefined): Promise<number> {
  const [, kibibytes = ''] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * KIB;
}
