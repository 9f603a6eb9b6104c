import { connect } from 'node:net';
import { K4eError } from '@k4e/core';
import type { CallOptions, Clock, ProbeOutcome } from '@k4e/core/ports';
import { startDeadline } from '../libpod/index.ts';
import { GOOD, bad, late } from './outcome.ts';
import { networkText } from './network-text.ts';

/** The bounds of a probe over the network. */
export interface NetworkProbeOptions extends CallOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** Whether somebody accepts a connection. It is closed at once. */
export async function probeTcp(
  { host, port }: { readonly host: string; readonly port: number },
  { clock, timeoutMs, signal }: NetworkProbeOptions,
): Promise<ProbeOutcome> {
  const deadline = startDeadline(clock, { timeoutMs, signal, cancelTimeoutMs: 0 });
  try {
    await connected(host, port, deadline.signal);
    return GOOD;
  } catch (error) {
    if (deadline.isPast()) return late(timeoutMs);
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    return bad(networkText(error, { host, port }));
  } finally {
    deadline.dispose();
  }
}

function connected(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('error', reject);
    socket.once('connect', () => {
      resolve();
      socket.destroy();
    });
  });
}
