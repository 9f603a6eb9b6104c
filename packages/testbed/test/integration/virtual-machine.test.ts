import { afterAll, beforeAll, expect, it } from 'vitest';

import { startVirtualMachine } from '../../src/index.ts';
import type { VirtualMachine } from '../../src/index.ts';
import { describeWithPart } from '../../src/vitest/index.ts';

await describeWithPart('virtual-machine', 'a virtual machine', () => {
  let machine: VirtualMachine;
  beforeAll(async () => {
    machine = await startVirtualMachine({ files: [import.meta.filename], memoryMib: 768 });
  });
  afterAll(() => machine.stop());
  const read = async (...args: readonly string[]): Promise<string> => (await machine.exec(args)).stdout;

  it('runs programs, and tells how they ended', async () => {
    const script = 'printf "%s" "$1"; echo complaint >&2; exit 3';
    const result = await machine.exec(['sh', '-c', script, 'sh', 'two words']);
    expect(result).toEqual({ code: 3, stdout: 'two words', stderr: 'complaint' });
  });

  it('finds the files that were brought', async () => {
    expect((await machine.exec(['ls', '/k4e-shared'])).stdout).toBe('virtual-machine.test.ts\n');
  });

  it('has a podman', async () => {
    expect((await machine.exec(['podman', 'info', '--format={{.Store.GraphDriverName}}'])).stdout).toBe('overlay\n');
  });

  it('has as much memory as was asked for', async () => {
    const [, kib] = /^MemTotal: +(\d+) kB$/m.exec(await read('cat', '/proc/meminfo')) ?? [];
    expect(Number(kib) / 1_024).toBeGreaterThan(600);
    expect(Number(kib) / 1_024).toBeLessThan(768);
  });

  it('sees that its network cable is pulled and plugged in, and takes commands meanwhile', async () => {
    const addresses = (): Promise<string> => read('ip', '-brief', 'address', 'show', 'to', '10.0.2.0/24', 'up');
    await expect.poll(addresses).toContain('10.0.2.15');
    await machine.setCable('out');
    await expect.poll(addresses).toBe('');
    await machine.setCable('in');
    await expect.poll(addresses).toContain('10.0.2.15');
  });

  it('is gone at once when its power is cut, keeps what was on its disk, and boots again', async () => {
    const bootOf = (): Promise<string> => read('cat', '/proc/sys/kernel/random/boot_id');
    const first = await bootOf();
    await machine.exec(['touch', '/kept']);
    await machine.exec(['sync']);
    await machine.cutPower();
    await expect(machine.exec(['true'])).rejects.toThrow();
    await machine.boot();
    expect(await bootOf()).not.toBe(first);
    expect((await machine.exec(['test', '-e', '/kept'])).code).toBe(0);
  });

  it('is switched on with the clock that it is given', async () => {
    await machine.cutPower();
    await machine.boot({ clock: new Date('2037-01-01T00:00:00Z') });
    expect(await read('date', '--utc', '+%Y-%m-%d')).toBe('2037-01-01\n');
  });
});
