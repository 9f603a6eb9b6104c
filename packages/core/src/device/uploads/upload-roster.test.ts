import { expect, test } from 'vitest';
import { createFakeClock, createMemoryStateStore } from '../../testing/index.ts';
import { readUploadPath } from './object-key.ts';
import { MAX_LEAVING_WORKLOADS, UPLOADS_DOCUMENT, UploadRoster } from './upload-roster.ts';

const { signal } = new AbortController();
const paths = [readUploadPath({ source: 'out', target: 'results' })];
const aim = (...names: string[]) => ({
  workloads: names.map((name) => ({ name, paths, refusals: [], intervalMs: 1 })),
  others: [],
});

function bench() {
  const [state, clock] = [createMemoryStateStore(), createFakeClock()];
  const told: string[] = [];
  const announce = (type: string): void => void told.push(type);
  return { state, clock, told, roster: () => new UploadRoster({ state, clock, random: () => 0, announce }) };
}

const leaving = (roster: UploadRoster) => roster.leaving.map(({ name }) => name);

test('what a configuration leaves out is leaving, until it is done or comes back', () => {
  const roster = bench().roster();
  roster.aim(aim('a', 'b', 'c'));
  expect(leaving(roster)).toEqual([]);
  roster.aim(aim('b'));
  expect(leaving(roster)).toEqual(['a', 'c']);
  roster.aim(aim('b', 'c'));
  expect(leaving(roster)).toEqual(['a']);
  roster.noteDone('a');
  expect(leaving(roster)).toEqual([]);
});

test('a workload that stays without paths is not leaving', () => {
  const roster = bench().roster();
  roster.aim(aim('a'));
  roster.aim({ workloads: [], others: ['a'] });
  expect(leaving(roster)).toEqual([]);
});

test('it is known after a restart who was there before', async () => {
  const { roster: create, state } = bench();
  const first = create();
  await first.restore({ signal });
  expect(first.saveDueInMs).toBeUndefined();
  first.aim(aim('a', 'b'));
  expect(first.saveDueInMs).toBe(0);
  await first.save({ signal });
  expect([first.saveDueInMs, state.documents().has(UPLOADS_DOCUMENT)]).toEqual([undefined, true]);
  const second = create();
  await second.restore({ signal });
  second.aim(aim('b', 'c'));
  expect(second.leaving).toEqual([{ name: 'a', paths }]);
});

test('a failure to save is told, and tried again later', async () => {
  const { roster: create, state, clock, told } = bench();
  const roster = create();
  roster.aim(aim('a'));
  state.failWrites(true);
  await roster.save({ signal });
  expect([roster.saveDueInMs, told]).toEqual([1_000, ['stateNotSaved']]);
  state.failWrites(false);
  await clock.advance(1_000);
  await roster.save({ signal });
  expect(roster.saveDueInMs).toBeUndefined();
});

test('damage is told and taken for nothing', async () => {
  const { roster: create, state, told } = bench();
  await state.write(UPLOADS_DOCUMENT, new TextEncoder().encode('{"workloads": 7}'));
  const roster = create();
  await roster.restore({ signal });
  expect([leaving(roster), told]).toEqual([[], ['stateDamaged']]);
});

test('its limit: those that were removed first are given up', () => {
  const roster = bench().roster();
  const names = Array.from({ length: MAX_LEAVING_WORKLOADS }, (_, i) => `n${String(i).padStart(4, '0')}`);
  roster.aim(aim('old'));
  expect(roster.aim(aim(...names))).toEqual([]);
  expect(roster.aim(aim()).map(({ name }) => name)).toEqual(['old']);
  expect(roster.leaving).toHaveLength(MAX_LEAVING_WORKLOADS);
});
