import { afterAll, beforeAll, expect, it } from 'vitest';

import { startVirtualMachine } from '../../src/index.ts';
import type { VirtualMachine } from '../../src/index.ts';
import { describeWithPart } from '../../src/vitest/index.ts';

await describeWithPart('virtual-machine', 'a virtual machine', () => {
  let machine: VirtualMachine;
  beforeAll(async () => {
    machine = await startVirtualMachine({ files: [import.meta.filename] });
  });
  afterAll(() => machine.stop());

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

  it('is gone at once when its power is cut, keeps what was on its disk, and boots again', async () => {
    const bootOf = async (): Promise<string> => (await machine.exec(['cat', '/proc/sys/kernel/random/boot_id'])).stdout;
    const first = await bootOf();
    await machine.exec(['touch', '/kept']);
    await machine.exec(['sync']);
    await machine.cutPower();
    await expect(machine.exec(['true'])).rejects.toThrow();
    await machine.boot();
    expect(await bootOf()).not.toBe(first);
    expect((await machine.exec(['test', '-e', '/kept'])).code).toBe(0);
  });
});
