import * as z from 'zod';

/**
 * What the agents of the benchmark tell:
 *
 * | kind | meaning |
 * |---|---|
 * | `registered` | all are known to the control plane, and none is connected |
 * | `connected` | all have their first configuration |
 * | `received` | one of them has the configuration with that mark, since `atMs` |
 */
export const fleetMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('registered') }),
  z.object({ kind: z.literal('connected') }),
  z.object({ kind: z.literal('received'), mark: z.string(), atMs: z.number() }),
]);

/** See `fleetMessageSchema`. */
export type FleetMessage = z.infer<typeof fleetMessageSchema>;

/** Milliseconds since 1970, of one clock for all processes of the machine, in fractions. */
export function preciseNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Name of the agent with this number. */
export function agentName(index: number): string {
  return `bench-${String(index)}`;
}

/** What marks a change, in the specification of a workload. */
export const MARK = /mark-[\w-]+/;
