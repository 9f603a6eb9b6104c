import { errorCode, errorText } from '../../foundation/index.ts';
import type { LinkState, Logger } from '../../ports/index.ts';
import type { Channel } from '../../protocol/index.ts';

/** Longest cause that is reported, in characters; what a control plane answers can be anything. */
export const MAX_CAUSE_LENGTH = 500;

/** Tells how the link is doing, out of how its channels are doing. */
export interface LinkStateReporter {
  /** A channel works. Told only when no channel fails any more. */
  succeeded(channel: Channel): void;
  /** A look of a channel failed; it looks again in `retryInMs`. Told every time. */
  failed(channel: Channel, error: unknown, retryInMs: number): void;
}

/** Creates a reporter. It tells people through `onState`, and logs for whoever looks for a fault. What `onState` throws goes no further. */
export function createLinkStateReporter(logger: Logger, onState: (state: LinkState) => void): LinkStateReporter {
  const failing = new Set<Channel>();
  let last: LinkState['state'] | undefined;
  const tell = (state: LinkState, channel: Channel): void => {
    logger.debug(WORDS[state.state], { ...state, channel });
    last = state.state;
    try {
      onState(state);
    } catch (error) {
      logger.error('a listener to the state of the link failed', { error });
    }
  };
  return {
    succeeded(channel) {
      failing.delete(channel);
      if (failing.size === 0 && last !== 'connected') tell({ state: 'connected' }, channel);
    },
    failed(channel, error, retryInMs) {
      failing.add(channel);
      const isUnknown = errorCode(error) === 'LINK_UNKNOWN_DEVICE';
      const cause = errorText(error).slice(0, MAX_CAUSE_LENGTH);
      tell(isUnknown ? { state: 'unknown-device' } : { state: 'waiting', cause, retryInMs }, channel);
    },
  };
}

const WORDS = {
  connected: 'the control plane answers',
  waiting: 'the control plane does not answer as it should',
  'unknown-device': 'the control plane does not know this device',
} as const;
