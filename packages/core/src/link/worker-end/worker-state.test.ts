import type { LinkState } from '../../ports/index.ts';
import { createMemoryLogger } from '../../testing/index.ts';
import { expect, test } from 'vitest';
import { ASSUMED_RETRY_MS, MAX_CAUSE_LENGTH } from './worker-end.ts';
import { createWorkerState } from './worker-state.ts';

function rig() {
  const logger = createMemoryLogger();
  const state = createWorkerState(logger);
  const told: LinkState[] = [];
  const end = state.listen((link) => told.push(link));
  return { logger, state, told, end, names: () => told.map((link) => link.state) };
}

test('connected is told once, each failed try every time, with a bounded cause', () => {
  const { state, told } = rig();
  state.registered();
  state.registered();
  state.waiting('x'.repeat(10_000), 5);
  state.waiting('y', 7);
  state.registered();
  expect(told).toEqual([
    { state: 'connected' },
    { state: 'waiting', cause: 'x'.repeat(MAX_CAUSE_LENGTH), retryInMs: 5 },
    { state: 'waiting', cause: 'y', retryInMs: 7 },
    { state: 'connected' },
  ]);
});

test('a device that is not known stays so until a message is taken', () => {
  const { state, names } = rig();
  state.registered();
  state.deviceUnknown();
  state.deviceUnknown();
  state.registered();
  state.messageTaken();
  state.messageTaken();
  expect(names()).toEqual(['connected', 'unknown-device', 'unknown-device', 'connected']);
});

test('a control plane that the gateway has lost is waited for, until it says otherwise or something gets there', () => {
  const { state, told } = rig();
  state.registered();
  state.controlPlaneLost('it is away');
  state.controlPlaneRestored();
  state.controlPlaneLost('it is away');
  state.messageTaken();
  const cause = 'it is away';
  const lost = { state: 'waiting', cause, retryInMs: ASSUMED_RETRY_MS };
  expect(told).toEqual([{ state: 'connected' }, lost, { state: 'connected' }, lost, { state: 'connected' }]);
});

test('with a gateway that says so, connected means that the control plane was reached', () => {
  const state = createWorkerState(createMemoryLogger(), true);
  const told: string[] = [];
  state.listen((link) => told.push(link.state));
  state.registered();
  expect(told).toEqual([]);
  state.controlPlaneRestored();
  state.waiting('the gateway has ended', 1);
  state.registered();
  state.messageTaken();
  expect(told).toEqual(['connected', 'waiting', 'connected']);
});

test('a second listener hears how it is, the first one nothing more; one that throws is logged', () => {
  const { state, names, logger, end } = rig();
  state.registered();
  end();
  state.waiting('x', 1);
  state.registered();
  expect(names()).toEqual(['connected']);
  state.listen(() => {
    throw new Error('listener');
  });
  expect(logger.lines.at(-1)).toMatchObject({ level: 'error' });
});
