import type { Firewall } from '@k4e/core/ports';
import { describe, expect, test } from 'vitest';

/** The contract of a `Firewall` that opens nothing: it says so, accepts anything, and does nothing. */
export function describeInertFirewallContract(name: string, createFirewall: () => Firewall): void {
  describe(`${name} keeps the contract of a Firewall that opens no ports`, () => {
    test('says that it opens no ports', () => {
      expect(createFirewall().capabilities.opensPorts).toBe(false);
    });

    test('apply accepts anything, and clear resolves', async () => {
      const firewall = createFirewall();
      await firewall.clear();
      await firewall.apply([{ port: 8080, protocol: 'tcp', workload: 'web' }]);
      await firewall.apply([{ port: 0, protocol: 'udp', workload: 'web' }]);
      await firewall.apply([]);
      await firewall.clear();
    });

    test('nothing is in its way', async () => {
      expect(await createFirewall().diagnose()).toEqual([]);
    });
  });
}
