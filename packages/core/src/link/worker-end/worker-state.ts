import type { LinkState, Logger } from '../../ports/index.ts';
import { ASSUMED_RETRY_MS, MAX_CAUSE_LENGTH } from './worker-end.ts';
import type { RegistrationNews } from './worker-end.ts';

/** Tells how the link is doing, out of what happens to it. What a listener throws is logged. */
export interface WorkerState extends RegistrationNews {
  /** Whoever listens from now on; hears at once how it is, if that is known. The result ends it. */
  listen(onState: (state: LinkState) => void): () => void;
  /** A message was taken. */
  messageTaken(): void;
  /** The control plane does not know the device. Told every time. */
  deviceUnknown(): void;
  /** The gateway has lost its control plane. */
  controlPlaneLost(cause: string, retryInMs?: number): void;
  /** The gateway has found it again, and is known there. */
  controlPlaneRestored(): void;
}

/**
 * Creates the state of a link that has not registered. `isToldOfConnection`: the gateway says when it has reached its control
 * plane; else that is assumed with the registration.
 */
export function createWorkerState(logger: Logger, isToldOfConnection = false): WorkerState {
  let listener: ((state: LinkState) => void) | undefined;
  let last: LinkState | undefined;
  let isRegistered = false;
  let isKnown = true;
  let hasControlPlane = false;
  const say = (state: LinkState): void => {
    try {
      listener?.(state);
    } catch (error) {
      logger.error('a listener to the state of the link failed', { error });
    }
  };
  const tell = (state: LinkState): void => {
    logger.debug(`the link is ${state.state}`, { ...state });
    last = state;
    say(state);
  };
  const tellIfConnected = (): void => {
    if (isRegistered && isKnown && hasControlPlane && last?.state !== 'connected') tell({ state: 'connected' });
  };
  const wait = (cause: string, retryInMs: number): void =>
    tell({ state: 'waiting', cause: cause.slice(0, MAX_CAUSE_LENGTH), retryInMs });
  const found = (): void => {
    isKnown = true;
    hasControlPlane = true;
    tellIfConnected();
  };
  return {
    listen(onState) {
      listener = onState;
      if (last !== undefined) say(last);
      return () => {
        if (listener === onState) listener = undefined;
      };
    },
    registered() {
      isRegistered = true;
      // What a gateway has lost is said anew by the next one.
      hasControlPlane = !isToldOfConnection;
      tellIfConnected();
    },
    waiting(cause, retryInMs) {
      isRegistered = false;
      wait(cause, retryInMs);
    },
    messageTaken: found,
    deviceUnknown() {
      isKnown = false;
      tell({ state: 'unknown-device' });
    },
    controlPlaneLost(cause, retryInMs = ASSUMED_RETRY_MS) {
      hasControlPlane = false;
      wait(cause, retryInMs);
    },
    controlPlaneRestored: found,
  };
}
