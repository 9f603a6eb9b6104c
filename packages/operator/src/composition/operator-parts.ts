import type { ControlPlane } from '@k4e/core/control-plane';
import type { Clock, Logger, ResourceStore } from '@k4e/core/ports';
import { Token } from 'typedi';
import type { EdgeServer, OpsServer } from '../http/index.ts';
import type { PrometheusSink } from '../metrics/index.ts';
import type { Readiness } from '../readiness/index.ts';
import type { Leadership } from './leadership.ts';
import type { OpenBuckets } from './open-buckets.ts';
import type { ReplicaIdentity } from './replica-identity.ts';

/** A resource store that holds something open. */
export interface OpenStore extends ResourceStore {
  /** Lets go of it. Idempotent. */
  close(): Promise<void>;
}

/** Everything that an operator is put together from. */
export interface OperatorParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly prometheus: PrometheusSink;
  readonly replica: ReplicaIdentity;
  readonly store: OpenStore;
  readonly buckets: OpenBuckets;
  readonly controlPlane: ControlPlane;
  readonly leadership: Leadership;
  readonly readiness: Readiness;
  readonly edgeServer: EdgeServer;
  /** Creates a server for one of the addresses of probes and metrics. */
  readonly createOpsServer: () => OpsServer;
}

/** The token of each part. */
export const TOKENS: { readonly [Name in keyof OperatorParts]: Token<OperatorParts[Name]> } = {
  clock: new Token('clock'),
  logger: new Token('logger'),
  prometheus: new Token('prometheus'),
  replica: new Token('replica'),
  store: new Token('store'),
  buckets: new Token('buckets'),
  controlPlane: new Token('controlPlane'),
  leadership: new Token('leadership'),
  readiness: new Token('readiness'),
  edgeServer: new Token('edgeServer'),
  createOpsServer: new Token('createOpsServer'),
};
