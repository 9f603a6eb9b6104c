import { Client, connectivityState, credentials } from '@grpc/grpc-js';
import type { ChannelOptions } from '@grpc/grpc-js';
import type { SocketAddress } from '../socket/index.ts';
import { nodeSocketPath } from '../socket/index.ts';
import { MAX_WIRE_BYTES } from './limits.ts';

/** As long as a timer of Node can be: a channel without calls is no channel that nobody needs. */
const NEVER_MS = 2_147_483_647;

const OPTIONS: ChannelOptions = {
  'grpc.max_receive_message_length': MAX_WIRE_BYTES,
  'grpc.max_send_message_length': MAX_WIRE_BYTES,
  'grpc.client_idle_timeout_ms': NEVER_MS,
  // Its own tries and back-off, not those of another channel to the same address; and who calls decides about retries.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 500,
};

/** A channel to whoever listens at `address`. It connects with the first call, or when it is watched. */
export function openChannel(address: SocketAddress): Client {
  return new Client(`unix:${nodeSocketPath(address)}`, credentials.createInsecure(), OPTIONS);
}

/** Whether the channel's last try to connect failed: a new channel is quicker than the next try of this one. */
export function hasFailed(client: Client): boolean {
  return client.getChannel().getConnectivityState(false) === connectivityState.TRANSIENT_FAILURE;
}

/** What a watched channel does: it has a connection, has none and tries, or has lost the one it had. */
export interface ChannelWatch {
  readonly onReady: () => void;
  /** At most once, after `onReady`; the channel is of no use then. */
  readonly onLost: () => void;
}

/** Connects, and tells how that fares, until the channel is lost or closed. Nothing is polled. */
export function watchChannel(client: Client, { onReady, onLost }: ChannelWatch): void {
  const channel = client.getChannel();
  let wasReady = false;
  const look = (): void => {
    const state = channel.getConnectivityState(!wasReady);
    if (wasReady && state !== connectivityState.READY) return onLost();
    if (state === connectivityState.SHUTDOWN) return;
    if (!wasReady && state === connectivityState.READY) {
      wasReady = true;
      onReady();
    }
    channel.watchConnectivityState(state, Infinity, look);
  };
  look();
}
