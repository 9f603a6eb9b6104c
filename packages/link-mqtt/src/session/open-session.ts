import { K4eError, hasCode } from '@k4e/core';
import type { CallOptions, Clock } from '@k4e/core/ports';
import { withDeadline } from '@k4e/core/reconcile';
import { loadTls, openSocket } from '../broker/index.ts';
import type { BrokerAddress, TlsMaterial } from '../broker/index.ts';
import { limitPackets } from '../packets/index.ts';
import { MqttSession } from './mqtt-session.ts';
import { createSessionClient } from './session-client.ts';
import type { SessionClientParts } from './session-client.ts';

/** What it takes to be connected to a broker. */
export interface SessionOptions extends Omit<SessionClientParts, 'limited'> {
  readonly broker: BrokerAddress;
  readonly tls: TlsMaterial;
  readonly clock: Clock;
  readonly connectLimitMs: number;
  readonly publishLimitMs: number;
  /** Topics that are subscribed to. */
  readonly receives: readonly string[];
  /** Topic of an empty message by which others hear that the device receives from now on. */
  readonly announces: string;
}

/**
 * Connects, subscribes, and says so; what `take` gets comes after all that has begun. Rejects with `LINK_UNREACHABLE`, `LINK_REFUSED`,
 * `LINK_GARBAGE` or `ABORTED`; nothing is left of the connection then.
 */
export async function openSession(options: SessionOptions, call: CallOptions = {}): Promise<MqttSession> {
  const { clock, connectLimitMs: limitMs, broker } = options;
  try {
    return await withDeadline({ clock, limitMs, subject: broker.label, ...call }, (signal) => open(options, signal));
  } catch (error) {
    if (!hasCode(error, 'TIMEOUT')) throw error;
    const message = `no connection within ${limitMs} ms`;
    throw new K4eError('LINK_UNREACHABLE', { subject: broker.label, message, cause: error });
  }
}

async function open(options: SessionOptions, signal: AbortSignal): Promise<MqttSession> {
  const { broker, tls, clock, keepaliveSeconds, publishLimitMs, receives, announces } = options;
  const loaded = broker.isSecure ? await loadTls(tls, { signal }) : {};
  if (signal.aborted) throw new K4eError('ABORTED', { retry: 'never' });
  const limited = limitPackets(openSocket(broker, loaded));
  const client = createSessionClient({ ...options, limited });
  const parts = { client, limited, clock, keepaliveSeconds, publishLimitMs, label: broker.label };
  const session = new MqttSession(parts);
  const onAbort = (): void => session.cut(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await session.connect();
    await session.subscribe(receives);
    session.announce(announces);
    return session;
  } catch (error) {
    session.cut(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
