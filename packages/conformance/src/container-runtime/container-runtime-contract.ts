import type { ContainerRuntime } from '@k4e/core/ports';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeChanging } from './changing-rows.ts';
import type { ContainerRuntimeContractOptions, ContainerRuntimeSubject } from './container-runtime-subject.ts';
import { describeFailingStarts } from './failing-rows.ts';
import { describeListing } from './listing-rows.ts';
import { describePreparing } from './preparing-rows.ts';
import { describePrograms } from './program-rows.ts';
import { describeProbing } from './probing-rows.ts';
import { describeRefusing } from './refusing-rows.ts';
import { describeRemoving } from './removing-rows.ts';
import { describeRepairing } from './repairing-rows.ts';
import { describeRestarting } from './restarting-rows.ts';
import { OWNER } from './row-context.ts';
import type { RowContext } from './row-context.ts';
import { describeStarting } from './starting-rows.ts';

/** The contract of `ContainerRuntime`, row by row, as a vitest suite. One engine is opened for all of it. */
export function describeContainerRuntimeContract(name: string, options: ContainerRuntimeContractOptions): void {
  const { lacks = {} } = options;
  describe(`${name} keeps the contract of ContainerRuntime`, () => {
    let subject: ContainerRuntimeSubject;
    let runtime: ContainerRuntime;
    beforeAll(async () => {
      subject = await options.openSubject();
    });
    afterAll(() => subject.dispose());
    beforeEach(() => {
      runtime = subject.connect(OWNER);
    });
    afterEach(() => subject.reset());

    const context: RowContext = {
      subject: () => subject,
      runtime: () => runtime,
      has: (ability) => lacks[ability] === undefined,
    };
    test.each(Object.entries(lacks))('tests that need %s are left out, for a reason: %s', (_ability, reason) => {
      expect(reason).toMatch(/\w+ \w+/);
    });
    describe('listing', () => describeListing(context));
    describe('preparing', () => describePreparing(context));
    describe('starting', () => describeStarting(context));
    describe('a start that fails', () => describeFailingStarts(context));
    describe('restarting', () => describeRestarting(context));
    describe('probing', () => describeProbing(context));
    describe('removing', () => describeRemoving(context));
    describe('repairing', () => describeRepairing(context));
    describe('changes', () => describeChanging(context));
    describe('refusing', () => describeRefusing(context));
    if (context.has('programs')) describe('programs', () => describePrograms(context));
  });
}
