import { Agent } from 'node:https';
import axios from 'axios';
import type { AxiosRequestConfig } from 'axios';
import { K4eError } from '@k4e/core';
import type { ProbeAction, ProbeOutcome } from '@k4e/core/ports';
import { startDeadline } from '../libpod/index.ts';
import { GOOD, bad, late } from './outcome.ts';
import { networkText } from './network-text.ts';
import type { NetworkProbeOptions } from './tcp-probe.ts';

/** Most redirects that are followed. */
export const MAX_PROBE_REDIRECTS = 10;

type HttpProbe = Extract<ProbeAction, { kind: 'httpGet' }> & { readonly host: string };

/** A redirect to another host, which is answer enough. */
class LeavesHost extends Error {}

/** Whether the answer to a GET has a status from 200 to 399. Its body is not read. */
export async function probeHttp(
  probe: HttpProbe,
  { clock, timeoutMs, signal }: NetworkProbeOptions,
): Promise<ProbeOutcome> {
  const deadline = startDeadline(clock, { timeoutMs, signal, cancelTimeoutMs: 0 });
  try {
    const { status, data } = await axios.request<{ destroy(): unknown }>(requestOf(probe, deadline.signal));
    data.destroy();
    return status >= 200 && status < 400 ? GOOD : bad(`HTTP status ${status}`);
  } catch (error) {
    if (deadline.isPast()) return late(timeoutMs);
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    return hasLeft(error) ? GOOD : bad(networkText(error, probe));
  } finally {
    deadline.dispose();
  }
}

function requestOf({ scheme, host, port, path, headers }: HttpProbe, signal: AbortSignal): AxiosRequestConfig {
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    method: 'GET',
    url: `${scheme}://${name}:${port}${path}`,
    headers: {
      'User-Agent': 'k4e-probe',
      Accept: '*/*',
      ...Object.fromEntries(headers.map((one) => [one.name, one.value])),
    },
    responseType: 'stream',
    decompress: false,
    proxy: false,
    validateStatus: () => true,
    httpsAgent: new Agent({ rejectUnauthorized: false }),
    maxRedirects: MAX_PROBE_REDIRECTS,
    beforeRedirect: (options: Record<string, unknown>) => {
      if (options.hostname !== host && options.hostname !== name) throw new LeavesHost();
    },
    signal,
  };
}

function hasLeft(error: unknown): boolean {
  return error instanceof LeavesHost || (error instanceof Error && error.cause !== undefined && hasLeft(error.cause));
}
