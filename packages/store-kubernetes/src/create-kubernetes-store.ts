import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock, Logger, ResourceStore } from '@k4e/core/ports';
import { createConnection } from './connection/index.ts';
import {
  WATCH_TIMEOUT_SECONDS,
  applyResource,
  createResource,
  deleteResource,
  getResource,
  listResources,
  watchResources,
} from './requests/index.ts';

/** What a store is made of. */
export interface KubernetesStoreOptions {
  /** Cluster and credentials: of its current context. */
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Seconds after which the server ends a watch. Default `WATCH_TIMEOUT_SECONDS`. */
  readonly watchTimeoutSeconds?: number;
}

/** A resource store on a Kubernetes API server. */
export interface KubernetesStore extends ResourceStore {
  /** Closes the connections; requests under way fail. Idempotent. */
  close(): Promise<void>;
}

/** Connects to a Kubernetes API. Nothing is sent before the first call; errors come from the calls. */
export function createKubernetesStore(options: KubernetesStoreOptions): KubernetesStore {
  const { kubeConfig, clock, logger, watchTimeoutSeconds = WATCH_TIMEOUT_SECONDS } = options;
  const connection = createConnection({ kubeConfig, clock });
  return {
    get: (kind, ref, call = {}) => getResource(connection, kind, ref, call),
    list: (kind, scope, call = {}) => listResources({ connection, logger }, kind, scope, call),
    watch: (kind, scope, call) => watchResources({ connection, clock, logger, watchTimeoutSeconds }, kind, scope, call),
    create: (kind, resource, call = {}) => createResource(connection, kind, resource, call),
    apply: (kind, resource, call) => applyResource(connection, kind, resource, call),
    delete: (kind, ref, call = {}) => deleteResource(connection, kind, ref, call),
    close() {
      connection.close();
      return Promise.resolve();
    },
  };
}
