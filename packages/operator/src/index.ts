/**
 * `@k4e/operator`: the operator as a program, and as a part of one of yours. `createOperator` composes it from a
 * configuration; any of its parts can be another one.
 */
export { createOperator } from './composition/index.ts';
export type {
  Leadership,
  OpenBuckets,
  OpenStore,
  Operator,
  OperatorAddresses,
  ReplicaIdentity,
  OperatorParts,
} from './composition/index.ts';
export { loadOperatorConfig, operatorConfigSchema, readConfigFile } from './config/index.ts';
export type { ConfigSources, OperatorConfig } from './config/index.ts';
export { createEdgeServer } from './http/index.ts';
export type { EdgeLimits, EdgeServer, EdgeServerParts, ListenAddress } from './http/index.ts';
export { createPrometheusSink } from './metrics/index.ts';
export type { PrometheusSink, PrometheusSinkOptions } from './metrics/index.ts';
