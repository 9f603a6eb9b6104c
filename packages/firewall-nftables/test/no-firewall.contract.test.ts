import { describeInertFirewallContract } from '@k4e/conformance';
import { createMemoryLogger } from '@k4e/core/testing';
import { createNoFirewall } from '@k4e/firewall-nftables';

describeInertFirewallContract('createNoFirewall', () => createNoFirewall({ logger: createMemoryLogger() }));
