import type { Firewall } from '@k4e/core/ports';

/** How a call can be made to fail: the filter says no, or cannot be reached. */
export type FirewallFailure = 'FIREWALL_REFUSED' | 'FIREWALL_UNAVAILABLE';

/**
 * What the suite needs to know of an implementation: the firewall, and eyes and hands beside it that do not go through
 * it. Made anew for each test, with nothing open.
 */
export interface FirewallSubject {
  readonly firewall: Firewall;
  /** Another firewall over the same filter, such as a restarted process makes. A filter in memory may give the same one. */
  reopen(): Firewall;
  /** What ours opens right now, as `8080/tcp`, sorted, each once. */
  openPorts(): Promise<readonly string[]>;
  /** A number that grows with every change to the filter, and with nothing else. */
  changeCount(): Promise<number>;
  /** Edits ours by another hand in the way of that name; the names are given to the suite. */
  drift(name: string): Promise<void>;
  /** Makes each call fail in that way until the function that it resolves with is called. */
  fail(code: FirewallFailure): Promise<() => Promise<void>>;
  /** All of the filter that is not ours, as text. */
  foreignState(): Promise<string>;
  dispose(): Promise<void>;
}
