import { constants } from 'node:os';

/** Signals that ask the program to stop. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** Exit status of a program that a signal ended (shells' convention): this and the signal's number. */
const ENDED_BY_SIGNAL = 128;

/** The part of a process that stopping needs. */
export interface Stoppable {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
}

/** A signal that fires when the process is asked to stop. Asked once more, it ends at once. */
export function stopOnSignals(target: Stoppable): AbortSignal {
  const stop = new AbortController();
  for (const name of STOP_SIGNALS) {
    target.on(name, () => {
      if (stop.signal.aborted) target.exit(ENDED_BY_SIGNAL + constants.signals[name]);
      stop.abort();
    });
  }
  return stop.signal;
}
