import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFirewallContract } from '@k4e/conformance';
import type { FirewallSubject } from '@k4e/conformance';
import { createMemoryLogger } from '@k4e/core/testing';
import { createNftablesFirewall } from '@k4e/firewall-nftables';
import { createNetns, runCommand } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { createNftView, watchGenerations } from './network/index.ts';
import type { NftView } from './network/index.ts';

/** A table of somebody else's, with names that are like ours. */
const FOREIGN = `
table inet k4e_other {
	set declared_tcp { type inet_service; elements = { 8080, 9100 }; }
	chain input { type filter hook input priority 0; policy accept; tcp dport @declared_tcp counter accept; }
}
table ip k4e { chain input { type filter hook input priority 5; policy drop; ct state new counter; }; }
`;

/** What somebody does to our table by hand. */
const DRIFTS: Readonly<Record<string, (nft: NftView) => Promise<string>>> = {
  'a rule deleted': async (nft) =>
    `delete rule inet k4e mark_declared handle ${String((await nft.ruleHandles('k4e', 'mark_declared'))[0])}`,
  'a rule replaced, its comment kept': async (nft) =>
    `replace rule inet k4e mark_declared handle ${String((await nft.ruleHandles('k4e', 'mark_declared'))[0])} accept comment "mark connections to declared tcp ports"`,
  'a foreign rule inserted': async () => 'insert rule inet k4e mark_declared tcp dport 8080 drop',
  'a foreign rule appended': async () => 'add rule inet k4e mark_declared drop',
  'a foreign chain added': async () => 'add chain inet k4e mine { type filter hook input priority -10; policy drop; }',
  'a foreign set added': async () => 'add set inet k4e mine { type ipv4_addr; }',
  'a port opened': async () => 'add element inet k4e declared_tcp { 22 }',
  'a port closed': async () => 'delete element inet k4e declared_tcp { 8080 }',
  'a chain flushed': async () => 'flush chain inet k4e mark_declared',
  'all rules flushed': async () => 'flush table inet k4e',
  'the policy of a chain changed': async () => 'chain inet k4e mark_declared { policy drop; }',
  'the table made dormant': async () => 'table inet k4e { flags dormant; }',
  'the table deleted': async () => 'delete table inet k4e',
};

/** Puts a line that the kernel refuses behind each script, so that a real transaction fails at its end. */
const REFUSING_NFT = `#!/bin/sh
case "$*" in
  *--file*) { cat; echo 'add rule inet k4e_nosuch nosuch accept'; } | nft "$@" ;;
  *) exec nft "$@" ;;
esac
`;

async function createSubject(policy: 'accept' | 'drop'): Promise<FirewallSubject> {
  const [netns, directory] = await Promise.all([createNetns(), mkdtemp(join(tmpdir(), 'k4e-firewall-'))]);
  const view = createNftView(netns);
  await view.run(FOREIGN);
  const generations = await watchGenerations(netns);
  const nftPath = join(directory, 'nft');
  const realNft = (await runCommand(['sh', '-c', 'command -v nft'])).stdout.trim();
  await symlink(realNft, nftPath);
  const reopen = () => createNftablesFirewall({ logger: createMemoryLogger(), policy, nftPath, launcher: netns.enter });
  const named = async (protocol: 'tcp' | 'udp') =>
    (await view.portsOf('k4e', `declared_${protocol}`)).map((port) => `${port}/${protocol}`);
  return {
    firewall: reopen(),
    reopen,
    openPorts: async () => [...(await named('tcp')), ...(await named('udp'))].sort(),
    changeCount: () => generations.count(),
    drift: async (name) => view.run((await DRIFTS[name]?.(view)) ?? name),
    async fail(code) {
      await rm(nftPath);
      if (code === 'FIREWALL_REFUSED') await writeFile(nftPath, REFUSING_NFT).then(() => chmod(nftPath, 0o755));
      return async () => {
        await rm(nftPath, { force: true });
        await symlink(realNft, nftPath);
      };
    },
    foreignState: () => view.withoutTable('k4e'),
    async dispose() {
      await generations.stop();
      await netns.stop();
      await rm(directory, { recursive: true });
    },
  };
}

await describeWithPart('netns', 'on real nft', () => {
  const drifts = Object.keys(DRIFTS);
  for (const policy of ['accept', 'drop'] as const) {
    describeFirewallContract(`createNftablesFirewall, policy ${policy}`, {
      createSubject: () => createSubject(policy),
      drifts,
    });
  }
});
