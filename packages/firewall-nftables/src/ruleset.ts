import type { Json } from '@k4e/core';

/** One nft statement, in both its forms: as it is written, and as `nft --json --numeric` lists it. */
export interface Statement {
  readonly text: string;
  readonly listed: Json;
}

/** What is done with packets that all statements before the last one fit. */
export interface Rule {
  readonly statements: readonly Statement[];
  /** For people who list the ruleset. Words of ours only: it is written as it is. */
  readonly comment: string;
}

/** Where a chain is hooked in, and what happens to packets that no rule of it decides on. */
export interface BaseChain {
  readonly name: string;
  readonly hook: 'prerouting' | 'input' | 'forward';
  /** Lower ones come first. */
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
  readonly rules: readonly Rule[];
}

/** A port with a comment that names its workloads; an empty comment is none. */
export interface PortElement {
  readonly port: number;
  readonly comment: string;
}

/** A named set of ports, sorted, each once. Rules refer to it as `@name`. */
export interface PortSet {
  readonly name: string;
  readonly elements: readonly PortElement[];
}

/** Everything of ours in the packet filter: one table of family `inet`. */
export interface Ruleset {
  readonly table: string;
  readonly sets: readonly PortSet[];
  readonly chains: readonly BaseChain[];
}
