import { afterEach, beforeEach, describe } from 'vitest';
import { describeAccess } from './access-rows.ts';
import { describeFailing } from './failing-rows.ts';
import { describeKeys } from './key-rows.ts';
import { describeListing } from './listing-rows.ts';
import type { ObjectStoreContractOptions, ObjectStoreSubject, Rows } from './object-store-subject.ts';
import { describePutting } from './putting-rows.ts';
import { describeResuming } from './resuming-rows.ts';

/** The contract of `ObjectStore`, row by row, as a vitest suite. */
export function describeObjectStoreContract(name: string, options: ObjectStoreContractOptions): void {
  describe(`${name} keeps the contract of ObjectStore`, () => {
    let subject: ObjectStoreSubject;
    beforeEach(async () => {
      subject = await options.createSubject();
    });
    afterEach(async () => {
      subject.store.close();
      await subject.dispose();
    });

    const rows: Rows = { options, subject: () => subject };
    describe('putting', () => describePutting(rows));
    describe('failing', () => describeFailing(rows));
    describe('resuming', () => describeResuming(rows));
    describe('listing', () => describeListing(rows));
    describe('keys', () => describeKeys(rows));
    if (options.defects.length + options.faults.length > 0) describe('access', () => describeAccess(rows));
  });
}
