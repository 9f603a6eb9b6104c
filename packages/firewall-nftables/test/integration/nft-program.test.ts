import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryLogger } from '@k4e/core/testing';
import { NFT_OUTPUT_LIMIT_BYTES, createNftablesFirewall } from '@k4e/firewall-nftables';
import type { NftablesFirewallOptions } from '@k4e/firewall-nftables';
import { createNetns } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const web = { port: 80, protocol: 'tcp', workload: 'web' } as const;

function firewall(options: Partial<NftablesFirewallOptions>) {
  return createNftablesFirewall({ logger: createMemoryLogger(), ...options });
}

/** `expect.stringContaining`, with a type. */
function containing(text: string): unknown {
  return expect.stringContaining(text);
}

describe('a program in the place of nft', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-nft-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** A program that writes its arguments to `calls` and then does as the lines of shell say. */
  async function program(...lines: readonly string[]): Promise<string> {
    const path = join(directory, 'nft');
    await writeFile(path, `#!/bin/sh\necho "$*" >> ${directory}/calls\n${lines.join('\n')}\n`);
    await chmod(path, 0o755);
    return path;
  }
  const calls = () => readFile(join(directory, 'calls'), 'utf8');

  test('that is missing makes the firewall unavailable, and says which package to install', async () => {
    const missing = firewall({ nftPath: join(directory, 'no-such-nft') }).apply([web]);
    await expect(missing).rejects.toMatchObject({
      code: 'FIREWALL_UNAVAILABLE',
      retry: 'backoff',
      message: containing('install the package nftables'),
    });
  });

  test('that does not end is killed at its time limit', async () => {
    const nftPath = await program('exec sleep 60');
    await expect(firewall({ nftPath, timeoutMs: 200 }).apply([web])).rejects.toMatchObject({
      code: 'FIREWALL_UNAVAILABLE',
      message: containing('time limit'),
    });
  });

  test('may print as much as is allowed, and is cut off after that', async () => {
    const listing = '{"nftables":[]}';
    const printing = (sizeBytes: number) =>
      program(`printf '${listing}'`, `head --bytes=${sizeBytes - listing.length} /dev/zero | tr '\\0' ' '`);
    const most = await printing(NFT_OUTPUT_LIMIT_BYTES);
    expect(await firewall({ nftPath: most }).diagnose()).toEqual([]);
    const tooMuch = await printing(NFT_OUTPUT_LIMIT_BYTES + 1);
    await expect(firewall({ nftPath: tooMuch }).diagnose()).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  test('that prints garbage makes the firewall unavailable, and nothing is changed', async () => {
    const nftPath = await program('echo garbage');
    await expect(firewall({ nftPath }).apply([web])).rejects.toMatchObject({ code: 'FIREWALL_UNAVAILABLE' });
    expect(await calls()).toBe('--json --numeric list table inet k4e\n');
  });

  test('is called with arguments, never through a shell', async () => {
    const nftPath = await program('echo "{\\"nftables\\":[]}"');
    await firewall({ nftPath }).apply([web]);
    await firewall({ nftPath }).diagnose();
    await firewall({ nftPath, table: 'k4e_2' }).clear();
    expect(await calls()).toBe(
      '--json --numeric list table inet k4e\n--file -\n--json --numeric --terse list ruleset\n--file -\n',
    );
  });

  test('an abort while it lists ends the call at once, and nothing is changed', async () => {
    const nftPath = await program('exec sleep 60');
    const controller = new AbortController();
    const aborted = firewall({ nftPath }).apply([web], { signal: controller.signal });
    await expect.poll(calls, { timeout: 10_000 }).toContain('list');
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED', retry: 'never' });
    expect(await calls()).toBe('--json --numeric list table inet k4e\n');
  });

  test('an abort while it changes the ruleset waits for the end: the outcome is known', async () => {
    const script = join(directory, 'script');
    const nftPath = await program(
      'case "$*" in',
      `*--file*) cat > ${script}.part; sleep 0.3; mv ${script}.part ${script} ;;`,
      '*) echo "{\\"nftables\\":[]}" ;;',
      'esac',
    );
    const controller = new AbortController();
    const applied = firewall({ nftPath }).apply([web], { signal: controller.signal });
    await expect.poll(calls, { timeout: 10_000 }).toContain('--file');
    controller.abort();
    await applied;
    expect(await readFile(script, 'utf8')).toContain('80 comment "web"');
  });
});

await describeWithPart('netns', 'nft without rights', () => {
  test.each([
    ['another user', ['--reuid=65534', '--clear-groups']],
    ['root without NET_ADMIN', ['--bounding-set=-net_admin', '--inh-caps=-net_admin']],
  ])('as %s makes the firewall unavailable, and names the right that is missing', async (_who, privileges) => {
    const netns = await createNetns();
    const launcher = [...netns.enter, 'setpriv', ...privileges, '--'];
    const refused = firewall({ launcher });
    for (const call of [() => refused.apply([web]), () => refused.clear(), () => refused.diagnose()]) {
      await expect(call()).rejects.toMatchObject({
        code: 'FIREWALL_UNAVAILABLE',
        message: containing('NET_ADMIN'),
      });
    }
    await netns.stop();
  });
});
