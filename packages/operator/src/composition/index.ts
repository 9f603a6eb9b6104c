/**
 * Wiring, and nothing else: which parts an operator is made of (`factories.ts`, the one place where the injection container
 * is known), in which order it starts, and in which it stops (`stop-steps.ts`). What it decides is in `@k4e/core`.
 */
export { createOperator } from './operator.ts';
export type { Operator, OperatorAddresses } from './operator.ts';
export type { Leadership } from './leadership.ts';
export type { ReplicaIdentity } from './replica-identity.ts';
export type { OpenBuckets } from './open-buckets.ts';
export type { OpenStore, OperatorParts } from './operator-parts.ts';
