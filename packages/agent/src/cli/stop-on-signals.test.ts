import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { stopOnSignals } from './stop-on-signals.ts';

function createProcess() {
  const codes: number[] = [];
  return { target: Object.assign(new EventEmitter(), { exit: (code: number) => void codes.push(code) }), codes };
}

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('%s asks to stop, and ends nothing by itself', (name) => {
  const { target, codes } = createProcess();
  const signal = stopOnSignals(target);
  expect(signal.aborted).toBe(false);
  target.emit(name);
  expect(signal.aborted).toBe(true);
  expect(codes).toEqual([]);
});

test.each([
  ['SIGTERM', 'SIGTERM', 143],
  ['SIGTERM', 'SIGINT', 130],
  ['SIGINT', 'SIGHUP', 129],
])('%s and then %s ends the program with %d', (first, second, code) => {
  const { target, codes } = createProcess();
  stopOnSignals(target);
  target.emit(first);
  target.emit(second);
  expect(codes).toEqual([code]);
});
