import { connectionStatusSchema } from '@k4e/core/protocol';
import { expect, test } from 'vitest';
import { withTestTree } from '../hardware/test-tree.testing.ts';
import { createFactsCollector } from './collect-facts.ts';
import type { FactsSystem } from './collect-facts.ts';

const address = (text: string, mac: string, internal = false) => ({
  ...{ address: text, mac, internal, netmask: '', cidr: null },
  ...(text.includes(':') ? { family: 'IPv6' as const, scopeid: 0 } : { family: 'IPv4' as const }),
});
const system: FactsSystem = {
  hostname: () => 'edge.example',
  networkInterfaces: () => ({
    lo: [address('127.0.0.1', '00:00:00:00:00:00', true)],
    eth0: [
      address('10.0.0.5', '02:00:00:00:00:01'),
      address('fe80::1', '02:00:00:00:00:01'),
      address('2001:db8::5', '02:00:00:00:00:01'),
    ],
    eth1: [address('169.254.1.1', '02:00:00:00:00:02')],
    gone: undefined,
  }),
};

/** A certificate whose subject is `O = example, CN = consumer-1`; its key is nobody's. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBpjCCAUugAwIBAgIUch4PigMbS43jvxt8U6QxAFnNH9cwCgYIKoZIzj0EAwIw
JzEQMA4GA1UECgwHZXhhbXBsZTETMBEGA1UEAwwKY29uc3VtZXItMTAgFw0yNjEx
MjMxMDI3MjdaGA8yMTI2MTAzMDEwMjcyN1owJzEQMA4GA1UECgwHZXhhbXBsZTET
MBEGA1UEAwwKY29uc3VtZXItMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBuh
5BD6ddW5Usd4SkWZMc+qxxAtlVIAgRVbOP5nJE+AppHU7TPnKXhqGe0rSEtewKyP
DwTFmtsv5Bnt+5EZ9IajUzBRMB0GA1UdDgQWBBS/V0Aph2pjOeZ1+0SEvqJ0gqng
5jAfBgNVHSMEGDAWgBS/V0Aph2pjOeZ1+0SEvqJ0gqng5jAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQDL1o/Te+524qrjDUwbjNqGQrVgfsMI/WC3
3GTqLpRMpgIhAJEmuiebLpks2FYpELtdzy3HqK85oHoj7WgLg/mX4CS0
-----END CERTIFICATE-----`;

test('a machine with everything', () =>
  withTestTree(
    {
      'etc/machine-id': '242e48d0286b41709b9795502066e6ae\n',
      'etc/insights-client/machine-id': 'AAAABBBB-CCCC-DDDD-EEEE-FFFF00001111',
      'sys/class/dmi/id/product_uuid': '4C4C4544-0042-3510-8052-B4C04F4E4D31\n',
      'etc/pki/consumer/cert.pem': CERTIFICATE,
    },
    async (root) => {
      expect(await createFactsCollector({ root, system })()).toEqual({
        insights_id: 'aaaabbbb-cccc-dddd-eeee-ffff00001111',
        machine_id: '242e48d0-286b-4170-9b97-95502066e6ae',
        bios_uuid: '4c4c4544-0042-3510-8052-b4c04f4e4d31',
        subscription_manager_id: 'consumer-1',
        ip_addresses: ['10.0.0.5', '2001:db8::5'],
        mac_addresses: ['02:00:00:00:00:01', '02:00:00:00:00:02'],
        fqdn: 'edge.example',
      });
    },
  ));

test('a machine with nothing, or with nonsense', () =>
  withTestTree(
    { 'etc/machine-id': 'uninitialized', 'etc/pki/consumer/cert.pem': 'garbage', 'sys/class/dmi/id/product_uuid': {} },
    async (root) => {
      const facts = await createFactsCollector({
        root,
        system: { hostname: () => '', networkInterfaces: () => ({}) },
      })();
      expect(facts).toEqual({ ip_addresses: [], mac_addresses: [] });
    },
  ));

test('this machine: what it says can be sent', async () => {
  const facts = await createFactsCollector()();
  expect(connectionStatusSchema.safeParse({ canonical_facts: facts }).success).toBe(true);
  expect(facts.fqdn).toBeDefined();
});
