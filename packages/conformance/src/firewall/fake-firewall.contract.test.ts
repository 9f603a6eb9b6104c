import { createFakeFirewall } from '@k4e/core/testing';
import { describeFirewallContract } from './firewall-contract.ts';
import type { FirewallSubject } from './firewall-subject.ts';

const DRIFTS = new Map([
  ['a port closed', []],
  ['another port opened', [{ port: 22, protocol: 'tcp', workload: 'somebody' } as const]],
]);

function createSubject(): Promise<FirewallSubject> {
  const firewall = createFakeFirewall();
  return Promise.resolve({
    firewall,
    reopen: () => firewall,
    openPorts: () => Promise.resolve(firewall.openPorts()),
    changeCount: () => Promise.resolve(firewall.changeCount()),
    drift: (name) => Promise.resolve(firewall.tamper(DRIFTS.get(name) ?? [])),
    fail: (code) => {
      firewall.failNext(code);
      return Promise.resolve(() => Promise.resolve());
    },
    foreignState: () => Promise.resolve(''),
    dispose: () => Promise.resolve(),
  });
}

describeFirewallContract('createFakeFirewall', { createSubject, drifts: [...DRIFTS.keys()] });
