/**
 * The contract of `Firewall`. A suite looks at the filter beside the firewall under test, never through it: what is
 * open, how often it changed, what is there that is not ours.
 */
export { describeFirewallContract } from './firewall-contract.ts';
export type { FirewallContractOptions } from './firewall-contract.ts';
export { describeInertFirewallContract } from './inert-firewall-contract.ts';
export type { FirewallFailure, FirewallSubject } from './firewall-subject.ts';
