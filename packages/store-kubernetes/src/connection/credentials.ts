import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { K4eError, errorText } from '@k4e/core';

/** What a request to the API server has to carry. */
export interface Credentials {
  readonly server: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates and checks of the connection. */
  readonly tls: Pick<
    RequestOptions,
    'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
  >;
  /** Set when the kubeconfig names a proxy: the client library's agent for it. */
  readonly proxyAgent: RequestOptions['agent'];
}

function headerTexts(headers: RequestOptions['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/**
 * The credentials of the current context, read anew: tokens are rotated, and those of an exec plug-in run out. Rejects
 * with `CONFIG_INVALID` without a usable cluster, `FORBIDDEN` when the credentials cannot be had.
 */
export async function currentCredentials(kubeConfig: KubeConfig): Promise<Credentials> {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null)
    throw new K4eError('CONFIG_INVALID', { message: 'the kubeconfig has no current cluster', retry: 'never' });
  const options: RequestOptions = {};
  try {
    await kubeConfig.applyToHTTPSOptions(options);
  } catch (error) {
    throw new K4eError('FORBIDDEN', { message: `no credentials: ${errorText(error)}`, cause: error });
  }
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
  const given = Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    server: new URL(cluster.server),
    headers: headerTexts(options.headers),
    tls: Object.fromEntries(given),
    proxyAgent: cluster.proxyUrl ? options.agent : undefined,
  };
}
