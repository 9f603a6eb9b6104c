/**
 * `@k4e/firewall-nftables`: the packet filter of a device as declared state. One table of our own holds two sets of
 * ports and rules that refer to them; it is replaced in one transaction, and only when what is in force differs.
 *
 * nftables asks every base chain of a hook in turn, and one drop is final: no accept in our table can open what another
 * table drops. So there are two ways. With `policy: 'drop'` our table is the device's firewall. With `policy: 'accept'`
 * the host has one of its own, or none; our table then marks the connections to declared ports before any translation,
 * and the host's rules accept by that mark. `diagnose` says where such a rule is missing.
 */
export { createNftablesFirewall } from './nftables-firewall.ts';
export type { NftablesFirewall, NftablesFirewallOptions } from './nftables-firewall.ts';
export { createNoFirewall } from './no-firewall.ts';
export { DECLARED_PORT_MARK, acceptByMark } from './declared-port-mark.ts';
export type { ChainObstacle } from './find-obstacles.ts';
export { DEFAULT_CONTAINER_INTERFACES, DEFAULT_KEEP_OPEN } from './settings.ts';
export type { FirewallSettings, KeptPort } from './settings.ts';
export { NFT_OUTPUT_LIMIT_BYTES, NFT_TIMEOUT_MS } from './nft-client.ts';
export type { NftClientOptions } from './nft-client.ts';
