import type { Disk } from '@k4e/core/ports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A disk, and a directory on it. */
export interface DiskSubject {
  readonly disk: Disk;
  readonly directory: string;
  dispose(): Promise<void>;
}

/** What the suite is run over. */
export interface DiskContractOptions {
  /** Called before each test. */
  createSubject(): Promise<DiskSubject>;
}

/** The contract of `Disk`, row by row, as a vitest suite. */
export function describeDiskContract(name: string, options: DiskContractOptions): void {
  describe(`${name} keeps the contract of Disk`, () => {
    let subject: DiskSubject;
    beforeEach(async () => {
      subject = await options.createSubject();
    });
    afterEach(() => subject.dispose());

    test('the boot has an id, which stays', async () => {
      const bootId = await subject.disk.bootId();
      expect(bootId).toMatch(/\S/);
      expect(await subject.disk.bootId()).toBe(bootId);
    });

    test('a directory that is there is synced', async () => {
      await expect(subject.disk.sync(subject.directory)).resolves.toBeUndefined();
    });

    test('a directory that is not there is NOT_FOUND', async () => {
      const call = subject.disk.sync(`${subject.directory}/missing`);
      await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('a signal that has fired is ABORTED', async () => {
      const call = subject.disk.sync(subject.directory, { signal: AbortSignal.abort() });
      await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
    });

    test('room is held back, more or less of it, and given up', async () => {
      const { disk } = subject;
      for (const sizeBytes of [0, 5_000_000, 5_000_000, 2_000_001, 3_000_000, 0, 0]) {
        await disk.holdBack(sizeBytes);
        expect(await disk.room()).toMatchObject({ heldBackBytes: sizeBytes });
      }
    });

    test('more room than there is cannot be held back: it is as before', async () => {
      const { disk } = subject;
      await disk.holdBack(1_000);
      await expect(disk.holdBack(Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
      expect(await disk.room()).toMatchObject({ heldBackBytes: 1_000 });
    });
  });
}
