import type { Clock, Logger, MetricsSink, ResourceStore } from '@k4e/core/ports';
import { DEFAULT_LEASE_TIMING, createLeaderElection } from '@k4e/core/reconcile';
import type { OperatorConfig } from '../config/index.ts';

/**
 * Lets one replica do what only one may. Runs `lead` while this one is the leader, with a signal that fires when it is not
 * any more, and resolves after `signal`, when `lead` has ended and the leadership was given back.
 */
export type Leadership = (
  lead: (options: { readonly signal: AbortSignal }) => Promise<void>,
  options: { readonly signal: AbortSignal },
) => Promise<void>;

/** What a leadership is made of. */
export interface LeadershipParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  /** Namespace of the lease. */
  readonly namespace: string;
  /** What this process signs the lease with. */
  readonly holder: string;
}

/** Creates a leadership that is fought for with a lease, or that of an operator which is alone. */
export function createLeadership(
  { enabled, leaseName }: OperatorConfig['leaderElection'],
  { namespace, holder, metrics, ...parts }: LeadershipParts,
): Leadership {
  const gauge = metrics.gauge({ name: 'k4e_operator_is_leader', help: 'Whether this replica reconciles: 1 or 0.' });
  gauge.set(0);
  const counted =
    (lead: Parameters<Leadership>[0]) =>
    async (signal: AbortSignal): Promise<void> => {
      gauge.set(1);
      await lead({ signal }).finally(() => {
        gauge.set(0);
      });
    };
  if (!enabled) return (lead, { signal }) => counted(lead)(signal);
  const ref = { namespace, name: leaseName };
  const election = createLeaderElection({ ...DEFAULT_LEASE_TIMING, ...parts, ref, identity: holder });
  return (lead, { signal }) => election.run({ signal, lead: counted(lead) });
}
