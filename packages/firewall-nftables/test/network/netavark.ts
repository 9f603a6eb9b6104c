import type { DeviceNetwork } from './device-network.ts';

/** A host port that is forwarded to the pod of the network. */
export interface ForwardedPort {
  readonly protocol: 'tcp' | 'udp';
  readonly hostPort: number;
  readonly podPort: number;
}

/**
 * What netavark, podman's network program, puts into the packet filter for a pod with these ports: destinations translated
 * for addresses of the device, sources masqueraded, and traffic of the pod's network accepted at forward.
 */
export function netavarkScript({ addresses }: DeviceNetwork, ports: readonly ForwardedPort[]): string {
  const translations = ports.map(
    ({ protocol, hostPort, podPort }) => `
		meta nfproto ipv4 ${protocol} dport ${hostPort} dnat ip to ${addresses.podIpv4}:${podPort}
		meta nfproto ipv6 ${protocol} dport ${hostPort} dnat ip6 to [${addresses.podIpv6}]:${podPort}`,
  );
  return `
table inet netavark {
	chain NETAVARK-HOSTPORT-DNAT {${translations.join('')}
	}
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		fib daddr type local jump NETAVARK-HOSTPORT-DNAT
	}
	chain OUTPUT {
		type nat hook output priority -100; policy accept;
		fib daddr type local jump NETAVARK-HOSTPORT-DNAT
	}
	chain POSTROUTING {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr 10.88.0.0/16 ip daddr != 10.88.0.0/16 masquerade
	}
	chain FORWARD {
		type filter hook forward priority filter; policy accept;
		ip daddr 10.88.0.0/16 ct state established,related accept
		ip saddr 10.88.0.0/16 accept
	}
}
`;
}
