import { errorCode, errorText } from '../../foundation/index.ts';
import type { LinkState, Logger } from '../../ports/index.ts';

/** Longest cause that is reported, in characters; what a control plane answers can be anything. */
export const MAX_CAUSE_LENGTH = 500;

/** Tells how the link is doing, out of how its ways are doing: the channels that it polls, or its one connection. */
export interface LinkStateReporter {
  /** A way works. Told only when none fails any more. */
  succeeded(way: string): void;
  /** A way failed; it is tried again in `retryInMs`. Told every time. */
  failed(way: string, error: unknown, retryInMs: number): void;
}

/** Creates a reporter. It tells people through `onState`, and logs for whoever looks for a fault. What `onState` throws goes no further. */
export function createLinkStateReporter(logger: Logger, onState: (state: LinkState) => void): LinkStateReporter {
  const failing = new Set<string>();
  let last: LinkState['state'] | undefined;
  const tell = (state: LinkState, way: string): void => {
    logger.debug(WORDS[state.state], { ...state, channel: way });
    last = state.state;
    try {
      onState(state);
    } catch (error) {
      logger.error('a listener to the state of the link failed', { error });
    }
  };
  return {
    succeeded(way) {
      failing.delete(way);
      if (failing.size === 0 && last !== 'connected') tell({ state: 'connected' }, way);
    },
    failed(way, error, retryInMs) {
      failing.add(way);
      const isUnknown = errorCode(error) === 'LINK_UNKNOWN_DEVICE';
      const cause = errorText(error).slice(0, MAX_CAUSE_LENGTH);
      tell(isUnknown ? { state: 'unknown-device' } : { state: 'waiting', cause, retryInMs }, way);
    },
  };
}

const WORDS = {
  connected: 'the control plane answers',
  waiting: 'the control plane does not answer as it should',
  'unknown-device': 'the control plane does not know this device',
} as const;
