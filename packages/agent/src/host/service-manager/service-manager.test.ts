import { createFakeClock } from '@k4e/core/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { createServiceManager } from './service-manager.ts';

const SYSTEMD = { K4E_NOTIFY_FD: '3', WATCHDOG_USEC: '60000000', WATCHDOG_PID: '42' };
let clock: ReturnType<typeof createFakeClock>;
let said: string[];
beforeEach(() => {
  clock = createFakeClock();
  said = [];
});

const create = (env: Readonly<Record<string, string>>) =>
  createServiceManager({
    env,
    pid: 42,
    clock,
    write: (fd, datagram) => void said.push(`${String(fd)} ${datagram}`),
  });

test('a program that is ready says so, and shows life twice in each period until it stops', async () => {
  const manager = create(SYSTEMD);
  expect(said).toEqual([]);
  manager.ready('edge-1\nruns');
  expect(said).toEqual(['3 READY=1\nSTATUS=edge-1; runs']);
  await clock.advance(29_999);
  expect(said).toHaveLength(1);
  await clock.advance(60_001);
  expect(said.slice(1)).toEqual(['3 WATCHDOG=1', '3 WATCHDOG=1', '3 WATCHDOG=1']);
  manager.stopping();
  await clock.advance(120_000);
  expect(said.slice(4)).toEqual(['3 STOPPING=1']);
  expect(clock.pending()).toBe(0);
});

describe('no life is shown, and no timer waits', () => {
  test.each([
    ['to nobody', {}],
    ['to nobody who gave a socket', { WATCHDOG_USEC: '60000000' }],
    ['to who does not wait for it', { K4E_NOTIFY_FD: '3' }],
    ['in the place of another process', { ...SYSTEMD, WATCHDOG_PID: '41' }],
    ['at a pace that is none', { ...SYSTEMD, WATCHDOG_USEC: '0' }],
    ['to a descriptor that is none', { ...SYSTEMD, K4E_NOTIFY_FD: '-1' }],
  ])('%s', async (_what, env) => {
    create(env).ready('up');
    await clock.advance(120_000);
    expect(said.filter((datagram) => datagram.includes('WATCHDOG'))).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
});

test('a socket that takes nothing for a while keeps nobody from going on', async () => {
  let isFull = true;
  const manager = createServiceManager({
    env: SYSTEMD,
    pid: 42,
    clock,
    write: (_fd, datagram) => {
      if (isFull) throw new Error('EAGAIN');
      said.push(datagram);
    },
  });
  manager.ready('up');
  isFull = false;
  await clock.advance(30_000);
  expect(said).toEqual(['WATCHDOG=1']);
});

test('a long status is cut', () => {
  create(SYSTEMD).ready('x'.repeat(1_000));
  expect(said[0]).toHaveLength('3 READY=1\nSTATUS='.length + 256);
});
