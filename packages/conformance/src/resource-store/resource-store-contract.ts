import { afterAll, beforeAll, describe } from 'vitest';
import { describeApply } from './apply-contract.ts';
import { describeContent } from './content-contract.ts';
import { describeCreate } from './create-contract.ts';
import { describeDeletion } from './deletion-contract.ts';
import { describeInterleavings } from './interleaving-contract.ts';
import { describeList } from './list-contract.ts';
import { describePreconditions } from './precondition-contract.ts';
import type { ResourceStoreSubject } from './resource-store-subject.ts';
import { describeStatus } from './status-contract.ts';
import type { Current } from './store-under-test.ts';
import { describeWatch } from './watch-contract.ts';

/** Items of the large list of the suite: many pages for a store that pages. */
export const LARGE_LIST_ITEMS = 10_000;

/** What the suite is run over. */
export interface ResourceStoreContractOptions {
  /** Called once. */
  createSubject(): Promise<ResourceStoreSubject>;
  /** Default `LARGE_LIST_ITEMS`. */
  readonly largeListItems?: number;
}

/** The contract of `ResourceStore`, row by row, as a vitest suite. */
export function describeResourceStoreContract(name: string, options: ResourceStoreContractOptions): void {
  describe(`${name} keeps the contract of ResourceStore`, () => {
    let subject: ResourceStoreSubject;
    let names = 0;
    beforeAll(async () => {
      subject = await options.createSubject();
    });
    afterAll(() => subject.dispose());

    const current: Current = () => {
      const [namespace, otherNamespace] = subject.namespaces;
      return {
        store: subject.store,
        namespace,
        otherNamespace,
        ref: () => ({ namespace, name: `sample-${names++}` }),
        expiredVersion: (kind) => subject.expiredVersion(kind),
      };
    };
    describeCreate(current);
    describeApply(current);
    describeStatus(current);
    describePreconditions(current);
    describeDeletion(current);
    describeWatch(current);
    describeContent(current);
    describeInterleavings(current);
    describeList(current, options.largeListItems ?? LARGE_LIST_ITEMS);
  });
}
