import type { Backoff } from '../../foundation/index.ts';
import type { MetricsSink } from '../../ports/index.ts';
import { createController, createInformer } from '../../reconcile/index.ts';
import { OBJECT_BUCKET_CLAIM, resourceKey } from '../../resources/index.ts';
import type { ClaimReconcilerParts } from './claim-parts.ts';
import { createClaimReconciler } from './reconcile-claim.ts';

/** Waits between looks at a cluster that does not know claims, or is away. */
const FOLLOW_BACKOFF: Backoff = { firstMs: 500, maxMs: 60_000, factor: 2, jitter: 0.3 };

/** Serves claims. */
export interface ClaimProvisioner {
  /** Only the leader runs it. Resolves after `signal`, when running work has ended; never rejects because of the store. */
  run(options: { readonly signal: AbortSignal }): Promise<void>;
}

/** Creates a provisioner for the claims of one namespace. */
export function createClaimProvisioner(
  parts: Omit<ClaimReconcilerParts, 'claim'> & {
    readonly metrics: MetricsSink;
    readonly namespace: string;
    readonly workers: number;
    readonly drainLimitMs: number;
  },
): ClaimProvisioner {
  const { namespace, random } = parts;
  const claims = createInformer({
    ...parts,
    kind: OBJECT_BUCKET_CLAIM,
    scope: { namespace },
    backoff: FOLLOW_BACKOFF,
    random,
  });
  const reconcile = createClaimReconciler({ ...parts, claim: (ref) => claims.get(ref) });
  const controller = createController({
    ...parts,
    name: 'object-bucket-claim',
    reconcile: (key, options) => reconcile({ namespace, name: key.slice(namespace.length + 1) }, options),
  });
  claims.onChange((previous, current) => {
    const claim = current ?? previous;
    if (claim !== undefined) controller.enqueue(resourceKey(claim.metadata));
  });
  return {
    async run({ signal }) {
      for (const { metadata } of claims.list()) controller.enqueue(resourceKey(metadata));
      await Promise.all([claims.run({ signal }), controller.run({ signal })]);
    },
  };
}
