import { afterEach, beforeEach, describe } from 'vitest';
import type { BucketProvisionerContractOptions, BucketProvisionerSubject, Rows } from './bucket-provisioner-subject.ts';
import { describeProvisioning } from './provisioning-rows.ts';
import { describeRealBuckets } from './real-bucket-rows.ts';
import { describeReleasing } from './releasing-rows.ts';

/** The contract of a `BucketProvisioner` that makes buckets itself, row by row, as a vitest suite. */
export function describeBucketProvisionerContract(name: string, options: BucketProvisionerContractOptions): void {
  describe(`${name} keeps the contract of BucketProvisioner`, () => {
    let subject: BucketProvisionerSubject;
    beforeEach(async () => {
      subject = await options.createSubject();
    });
    afterEach(() => subject.dispose());

    const rows: Rows = { options, subject: () => subject };
    describe('provision', () => describeProvisioning(rows));
    describe('release', () => describeReleasing(rows));
    const { real } = options;
    if (real !== undefined) describe('the buckets', () => describeRealBuckets(rows, real));
  });
}
