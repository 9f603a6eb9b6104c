import { existsSync } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';
import { K4eError, errorText } from '@k4e/core';
import type { Clock, Logger } from '@k4e/core/ports';
import type { OperatorConfig } from '../config/index.ts';
import type { OpenStore } from './operator-parts.ts';

type KubernetesAccess = Extract<OperatorConfig['store'], { type: 'kubernetes' }>;

/**
 * Opens the store that the configuration names; only what belongs to that one is loaded, because the client of Kubernetes
 * alone is a large part of the operator's memory. Throws `CONFIG_INVALID` when no way to a Kubernetes API is known.
 */
export async function openStore(
  config: OperatorConfig['store'],
  parts: { readonly clock: Clock; readonly logger: Logger },
): Promise<OpenStore> {
  if (config.type === 'embedded') {
    const { createSqliteStore } = await import('@k4e/store-sqlite');
    return createSqliteStore({ file: config.file, ...parts });
  }
  const { createKubernetesStore } = await import('@k4e/store-kubernetes');
  return createKubernetesStore({ kubeConfig: await loadKubeConfig(config), ...parts });
}

/** Where a cluster puts the token of the pod's service account. */
const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const NO_CLUSTER =
  'this is no pod of a cluster: name a kubeconfig (--kubeconfig or KUBECONFIG), or the embedded store (--data-file)';

async function loadKubeConfig({ kubeconfig, context }: KubernetesAccess): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const kubeConfig = new KubeConfig();
  try {
    if (kubeconfig !== undefined) kubeConfig.loadFromFile(kubeconfig);
    else if (existsSync(SERVICE_ACCOUNT_TOKEN)) kubeConfig.loadFromCluster();
    else throw new Error(NO_CLUSTER);
    if (context !== undefined) kubeConfig.setCurrentContext(context);
    if (kubeConfig.getCurrentCluster() === null) throw new Error('names no cluster to connect to');
  } catch (cause) {
    const subject = kubeconfig ?? 'store';
    throw new K4eError('CONFIG_INVALID', { subject, message: errorText(cause), retry: 'never', cause });
  }
  return kubeConfig;
}
