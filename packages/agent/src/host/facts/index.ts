/** Who this machine is, for the gateway's connection status. */
export { createFactsCollector } from './collect-facts.ts';
export type { FactsSystem, MachineFactsOptions } from './collect-facts.ts';
