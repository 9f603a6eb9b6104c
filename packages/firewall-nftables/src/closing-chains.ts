import { PORT_SET_NAMES } from './port-sets.ts';
import type { BaseChain, Rule, Statement } from './ruleset.ts';
import type { FirewallSettings } from './settings.ts';
import {
  accept,
  addressedToPortOf,
  arrivesBy,
  connectionIs,
  counter,
  isTranslated,
  portIs,
  protocolIs,
} from './statements.ts';

/** Where host rulesets filter. An accept at the same hook in another table overrides nothing, whatever the order. */
const FILTER_PRIORITY = 0;

const REPLIES = rule('replies, and errors about what we sent', connectionIs('established', 'related'), accept);
const NOT_DECLARED = rule('dropped by the policy', counter);

/** Drops what comes in to the device itself, but for what a device needs to live, what is kept open, and declared ports. */
export function inputChain({ keepOpen, containerInterfaces }: FirewallSettings): BaseChain {
  return closingChain('input', [
    REPLIES,
    rule('the device to itself', arrivesBy('lo'), accept),
    ...networkRules(),
    ...containerInterfaces.flatMap(nameServiceRules),
    ...keepOpen.map(({ protocol, port }) => rule('kept open', portIs(protocol, 'dport', port), accept)),
    ...declaredPortRules([]),
  ]);
}

/** Drops what passes through the device, but for what its containers send, and declared ports translated to pods. */
export function forwardChain({ containerInterfaces }: FirewallSettings): BaseChain {
  return closingChain('forward', [
    REPLIES,
    ...containerInterfaces.map((name) => rule('sent by containers', arrivesBy(name), accept)),
    ...declaredPortRules([isTranslated]),
  ]);
}

function closingChain(hook: 'input' | 'forward', rules: readonly Rule[]): BaseChain {
  return { name: hook, hook, priority: FILTER_PRIORITY, policy: 'drop', rules: [...rules, NOT_DECLARED] };
}

/** Without ICMP there is no path MTU discovery, and without ICMPv6 no IPv6 at all. */
function networkRules(): readonly Rule[] {
  return [
    rule('ICMP', protocolIs('icmp'), accept),
    rule('ICMPv6 with neighbour discovery', protocolIs('icmpv6'), accept),
    rule('multicast groups', protocolIs('igmp'), accept),
    rule('DHCP answers', portIs('udp', 'sport', 67), portIs('udp', 'dport', 68), accept),
    rule('DHCPv6 answers', portIs('udp', 'sport', 547), portIs('udp', 'dport', 546), accept),
  ];
}

/** Containers ask the resolver that podman runs on their bridge. */
function nameServiceRules(interfaceName: string): readonly Rule[] {
  return (['udp', 'tcp'] as const).map((protocol) =>
    rule('name service for containers', arrivesBy(interfaceName), portIs(protocol, 'dport', 53), accept),
  );
}

function declaredPortRules(conditions: readonly Statement[]): readonly Rule[] {
  return (['tcp', 'udp'] as const).map((protocol) =>
    rule(
      `declared ${protocol} ports`,
      ...conditions,
      protocolIs(protocol),
      addressedToPortOf(PORT_SET_NAMES[protocol]),
      counter,
      accept,
    ),
  );
}

function rule(comment: string, ...statements: readonly Statement[]): Rule {
  return { comment, statements };
}
