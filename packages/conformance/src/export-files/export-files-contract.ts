import { afterEach, beforeEach, describe } from 'vitest';
import { describeChanges } from './changing-rows.ts';
import type { CurrentSubject, ExportFilesContractOptions, ExportFilesSubject } from './export-files-subject.ts';
import { describeInnerLinks, describeRefusedLinks } from './linking-rows.ts';
import { describeOpening } from './opening-rows.ts';
import { describeEndingWalks, describeRefusing, describeWalking } from './walking-rows.ts';

/** The contract of `ExportFiles`, row by row, as a vitest suite. */
export function describeExportFilesContract(name: string, options: ExportFilesContractOptions): void {
  describe(`${name} keeps the contract of ExportFiles`, () => {
    let subject: ExportFilesSubject;
    beforeEach(async () => {
      subject = await options.createSubject();
    });
    afterEach(() => subject.dispose());

    const current: CurrentSubject = () => subject;
    describe('walk', () => describeWalking(current));
    describe('refused entries', () => describeRefusing(current, options.specials));
    describe('walks that end early', () => describeEndingWalks(current));
    describe('links within the export', () => describeInnerLinks(current));
    describe('links that are refused', () => describeRefusedLinks(current, options.specials));
    describe('open', () => describeOpening(current));
    describe('changes', () => describeChanges(current));
  });
}
