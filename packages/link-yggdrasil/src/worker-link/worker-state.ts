import type { LinkState, Logger } from '@k4e/core/ports';
import { ASSUMED_RETRY_MS, MAX_CAUSE_LENGTH } from './worker-link.ts';

/** Tells how the link is doing, out of what happens to it. What a listener throws is logged. */
export interface WorkerState {
  /** Whoever listens from now on; hears at once how it is, if that is known. The result ends it. */
  listen(onState: (state: LinkState) => void): () => void;
  /** The dispatcher has registered the worker, which listens. */
  registered(): void;
  /** There is no registration; the next try comes in `retryInMs`. Told every time. */
  waiting(cause: string, retryInMs: number): void;
  /** A message was taken. */
  messageTaken(): void;
  /** The control plane does not know the device. Told every time. */
  deviceUnknown(): void;
  /** The dispatcher has lost, or found again, its control plane. */
  controlPlane(isThere: boolean): void;
}

/** Creates the state of a link that has not registered. */
export function createWorkerState(logger: Logger): WorkerState {
  let listener: ((state: LinkState) => void) | undefined;
  let last: LinkState['state'] | undefined;
  let isRegistered = false;
  let isKnown = true;
  let hasControlPlane = true;
  const tell = (state: LinkState): void => {
    logger.debug(`the link is ${state.state}`, { ...state });
    last = state.state;
    try {
      listener?.(state);
    } catch (error) {
      logger.error('a listener to the state of the link failed', { error });
    }
  };
  const tellIfConnected = (): void => {
    if (isRegistered && isKnown && hasControlPlane && last !== 'connected') tell({ state: 'connected' });
  };
  return {
    listen(onState) {
      listener = onState;
      last = undefined;
      tellIfConnected();
      return () => {
        if (listener === onState) listener = undefined;
      };
    },
    registered() {
      isRegistered = true;
      // What the dispatcher has lost is said anew by the next one.
      hasControlPlane = true;
      tellIfConnected();
    },
    waiting(cause, retryInMs) {
      isRegistered = false;
      tell({ state: 'waiting', cause: cause.slice(0, MAX_CAUSE_LENGTH), retryInMs });
    },
    messageTaken() {
      isKnown = true;
      hasControlPlane = true;
      tellIfConnected();
    },
    deviceUnknown() {
      isKnown = false;
      tell({ state: 'unknown-device' });
    },
    controlPlane(isThere) {
      hasControlPlane = isThere;
      if (isThere) return tellIfConnected();
      tell({ state: 'waiting', cause: 'the dispatcher has lost the control plane', retryInMs: ASSUMED_RETRY_MS });
    },
  };
}
