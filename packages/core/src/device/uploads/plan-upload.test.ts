import { describe, expect, test } from 'vitest';
import type { FileIdentity, JournalRow } from '../../ports/index.ts';
import { isSameFile, planUpload } from './plan-upload.ts';
import type { UploadCircumstances } from './plan-upload.ts';
import { SETTLE_MS } from './settled-files.ts';

const NOW_MS = 1_000_000;
const identity: FileIdentity = { sizeBytes: 3, modifiedAtMs: 7, changedAtMs: NOW_MS - SETTLE_MS, inode: 9 };
const file = { path: 'out/a', ...identity };
const moment = { nowMs: NOW_MS, steadyForMs: SETTLE_MS };
const origin = { key: 'k', workload: 'w', path: 'out/a' };

const plan = (row: JournalRow | undefined, change: object = {}, how: Partial<UploadCircumstances> = {}) =>
  planUpload({ ...file, ...change }, row, { workload: 'w', moment, mayTakeOver: false, ...how });

const upload = { kind: 'transfer', transfer: { check: { kind: 'none' } } };
const compare = { kind: 'transfer', transfer: { check: { kind: 'digest', digest: 'd' } } };
const ask = { kind: 'transfer', transfer: { check: { kind: 'head' } } };

describe('a file that', () => {
  test('nobody knows is uploaded', () => {
    expect(plan(undefined)).toEqual(upload);
  });

  test('is too young waits', () => {
    expect(plan(undefined, { changedAtMs: NOW_MS - SETTLE_MS + 1 })).toEqual({ kind: 'wait' });
  });

  test('nothing writes to does not wait', () => {
    expect(plan(undefined, { changedAtMs: NOW_MS }, { moment: undefined })).toEqual(upload);
  });

  const stored: JournalRow = { ...origin, state: 'stored', file: identity, digest: 'd' };

  test('is as it was stored is current, even when it is young', () => {
    expect(plan(stored)).toEqual({ kind: 'current' });
    const young = { ...identity, changedAtMs: NOW_MS };
    expect(plan({ ...stored, file: young }, young)).toEqual({ kind: 'current' });
  });

  test('has another size is uploaded', () => {
    expect(plan(stored, { sizeBytes: 4 })).toEqual(upload);
  });

  test.each(['modifiedAtMs', 'changedAtMs', 'inode'])('has another %s is compared first', (part) => {
    expect(plan(stored, { [part]: 1 })).toEqual(compare);
  });

  test('changed, and whose digest is not known, is uploaded', () => {
    expect(plan({ ...origin, state: 'stored', file: identity }, { inode: 1 })).toEqual(upload);
  });
});

describe('an object that was only listed', () => {
  const listed: JournalRow = { key: 'k', workload: '', path: '', state: 'listed', sizeBytes: 3 };

  test('is compared', () => {
    expect(plan({ ...listed, digest: 'd' })).toEqual(compare);
  });

  test('is asked for when the listing told no digest', () => {
    expect(plan(listed)).toEqual(ask);
  });

  test('of another size is replaced', () => {
    expect(plan({ ...listed, sizeBytes: 4, digest: 'd' })).toEqual(upload);
  });
});

describe('an upload that was begun', () => {
  const begun: JournalRow = { ...origin, state: 'begun', file: identity };

  test('may have ended: the store is asked', () => {
    expect(plan(begun)).toEqual(ask);
  });

  test('in parts is gone on with', () => {
    expect(plan({ ...begun, resume: 'r' })).toEqual({
      kind: 'transfer',
      transfer: { check: { kind: 'head' }, resume: 'r' },
    });
  });

  test('of content that is no more may have ended, or never: the store is asked what it has', () => {
    expect(plan(begun, { inode: 1 })).toEqual(ask);
  });

  test('in parts, of content that is no more, is abandoned', () => {
    expect(plan({ ...begun, resume: 'r' }, { inode: 1 })).toEqual({
      kind: 'transfer',
      transfer: { check: { kind: 'head' }, abandon: 'r' },
    });
  });
});

describe('an object of another file', () => {
  const stored: JournalRow = { ...origin, path: 'out/b', state: 'stored', file: identity, digest: 'd' };

  test('is contested', () => {
    expect(plan(stored)).toEqual({ kind: 'contested', owner: { workload: 'w', path: 'out/b' } });
    expect(plan({ ...stored, workload: 'v', path: 'out/a' })).toMatchObject({ owner: { workload: 'v' } });
  });

  test('may be taken over: with the same content it is left as it is', () => {
    expect(plan(stored, {}, { mayTakeOver: true })).toEqual(compare);
    expect(plan(stored, { sizeBytes: 4 }, { mayTakeOver: true })).toEqual(upload);
  });

  test('may be taken over: what was begun is not gone on with', () => {
    const begun: JournalRow = { ...origin, path: 'out/b', state: 'begun', file: identity, resume: 'r' };
    expect(plan(begun, {}, { mayTakeOver: true })).toMatchObject({ transfer: { abandon: 'r' } });
  });

  test('is not taken over by a file that is too young', () => {
    expect(plan(stored, { changedAtMs: NOW_MS }, { mayTakeOver: true })).toEqual({ kind: 'wait' });
  });
});

test('a state of a file is told by all of its parts', () => {
  expect(isSameFile(identity, { ...identity })).toBe(true);
  for (const part of ['sizeBytes', 'modifiedAtMs', 'changedAtMs', 'inode']) {
    expect(isSameFile(identity, { ...identity, [part]: -1 })).toBe(false);
  }
});
