import { expect, test } from 'vitest';
import { buildRuleset } from './build-ruleset.ts';
import { renderRemoval, renderRuleset } from './render-ruleset.ts';
import { resolveSettings } from './settings.ts';

const ports = [
  { port: 8080, protocol: 'tcp', workload: 'web' },
  { port: 53, protocol: 'udp', workload: 'dns' },
  { port: 443, protocol: 'tcp', workload: 'web' },
] as const;

test('policy accept: the table marks, and decides nothing', () => {
  expect(renderRuleset(buildRuleset(resolveSettings({}), ports))).toBe(`table inet k4e
delete table inet k4e
table inet k4e {
	set declared_tcp {
		type inet_service
		elements = {
			443 comment "web",
			8080 comment "web"
		}
	}

	set declared_udp {
		type inet_service
		elements = {
			53 comment "dns"
		}
	}

	chain mark_declared {
		type filter hook prerouting priority -150; policy accept;
		ct state new fib daddr type { local, broadcast, multicast } meta l4proto 6 ct original proto-dst @declared_tcp ct mark set ct mark or 0x10000000 counter comment "mark connections to declared tcp ports"
		ct state new fib daddr type { local, broadcast, multicast } meta l4proto 17 ct original proto-dst @declared_udp ct mark set ct mark or 0x10000000 counter comment "mark connections to declared udp ports"
	}
}
`);
});

test('policy drop: the table is the firewall of the device', () => {
  const settings = resolveSettings({
    table: 'k4e_gateway',
    policy: 'drop',
    keepOpen: [{ port: 2222, protocol: 'tcp' }],
    containerInterfaces: ['podman*'],
  });
  expect(renderRuleset(buildRuleset(settings, []))).toBe(`table inet k4e_gateway
delete table inet k4e_gateway
table inet k4e_gateway {
	set declared_tcp {
		type inet_service
	}

	set declared_udp {
		type inet_service
	}

	chain mark_declared {
		type filter hook prerouting priority -150; policy accept;
		ct state new fib daddr type { local, broadcast, multicast } meta l4proto 6 ct original proto-dst @declared_tcp ct mark set ct mark or 0x10000000 counter comment "mark connections to declared tcp ports"
		ct state new fib daddr type { local, broadcast, multicast } meta l4proto 17 ct original proto-dst @declared_udp ct mark set ct mark or 0x10000000 counter comment "mark connections to declared udp ports"
	}

	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept comment "replies, and errors about what we sent"
		iifname "lo" accept comment "the device to itself"
		meta l4proto 1 accept comment "ICMP"
		meta l4proto 58 accept comment "ICMPv6 with neighbour discovery"
		meta l4proto 2 accept comment "multicast groups"
		udp sport 67 udp dport 68 accept comment "DHCP answers"
		udp sport 547 udp dport 546 accept comment "DHCPv6 answers"
		iifname "podman*" udp dport 53 accept comment "name service for containers"
		iifname "podman*" tcp dport 53 accept comment "name service for containers"
		tcp dport 2222 accept comment "kept open"
		meta l4proto 6 ct original proto-dst @declared_tcp counter accept comment "declared tcp ports"
		meta l4proto 17 ct original proto-dst @declared_udp counter accept comment "declared udp ports"
		counter comment "dropped by the policy"
	}

	chain forward {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept comment "replies, and errors about what we sent"
		iifname "podman*" accept comment "sent by containers"
		ct status dnat meta l4proto 6 ct original proto-dst @declared_tcp counter accept comment "declared tcp ports"
		ct status dnat meta l4proto 17 ct original proto-dst @declared_udp counter accept comment "declared udp ports"
		counter comment "dropped by the policy"
	}
}
`);
});

test('the script for equal ports is the same text, whatever their order', () => {
  const settings = resolveSettings({});
  const again = [...ports].reverse();
  expect(renderRuleset(buildRuleset(settings, [...again, ...again]))).toBe(
    renderRuleset(buildRuleset(settings, ports)),
  );
});

test('removal does not fail when there is no table: it makes one first', () => {
  expect(renderRemoval('k4e')).toBe('table inet k4e\ndelete table inet k4e\n');
});
