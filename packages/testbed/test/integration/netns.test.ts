import { existsSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect, createNetns, runCommand, waitUntil } from '../../src/index.ts';
import type { Cable, Netns } from '../../src/index.ts';
import { isRunning, identifyProcess } from '../../src/processes/index.ts';
import { describeWithPart } from '../../src/vitest/index.ts';

const ADDRESSES = { a: '192.0.2.1/24', b: '192.0.2.2/24' };

await describeWithPart('netns', 'two network namespaces with a cable', () => {
  let a: Netns;
  let b: Netns;
  let cable: Cable;
  beforeAll(async () => {
    [a, b] = [await createNetns(), await createNetns()];
    cable = await connect(a, b, ADDRESSES);
  });
  afterAll(async () => {
    await a.stop();
    await b.stop();
  });

  it('reach each other', async () => {
    expect(await reaches(a, '192.0.2.2')).toBe(true);
    expect(await reaches(b, '192.0.2.1')).toBe(true);
  });

  it('have firewalls of their own, which drop real packets', async () => {
    const rules = 'table inet t { chain c { type filter hook input priority 0; policy drop; }; }\n';
    expect(await b.exec(['nft', '-f', '-'], { stdin: rules })).toMatchObject({ code: 0 });
    expect((await a.exec(['nft', 'list', 'tables'])).stdout).toBe('');
    expect(await reaches(a, '192.0.2.2')).toBe(false);
    await b.exec(['nft', 'delete', 'table', 'inet', 't']);
    expect(await reaches(a, '192.0.2.2')).toBe(true);
  });

  it('are not seen from this one', async () => {
    const here = await runCommand(['ip', '-brief', 'link']);
    expect(here.stdout).not.toContain(cable.interfaceA);
    expect(here.stdout).not.toContain(cable.interfaceB);
    expect(await readlink(a.path)).not.toBe(await readlink('/proc/self/ns/net'));
  });

  it('pass a program that runs inside what it is given, and its status', async () => {
    const result = await a.exec(['cat'], { stdin: 'as it was' });
    expect(result).toEqual({ code: 0, stdout: 'as it was', stderr: '' });
    expect((await a.exec(['false'])).code).toBe(1);
  });
});

await describeWithPart('netns', 'what a network namespace leaves behind', () => {
  it('is nothing: no process, no name, no end of a cable', async () => {
    const [a, b] = [await createNetns(), await createNetns()];
    const cable = await connect(a, b, ADDRESSES);
    const holder = identifyProcess(a.pid);
    await a.stop();
    await a.stop();
    expect(holder !== undefined && isRunning(holder)).toBe(false);
    expect(existsSync(a.path)).toBe(false);
    const isCut = async (): Promise<boolean> =>
      !(await b.exec(['ip', '-brief', 'link'])).stdout.includes(cable.interfaceB);
    await waitUntil(isCut, { what: 'the kernel has taken the cable away', deadlineMs: 60_000 });
    await b.stop();
  });
});

// Nobody listens there: a host that gets the packet says so at once, one that drops it says nothing.
const KNOCK = `
const [address] = process.argv.slice(1);
const socket = require('node:net').connect({ host: address, port: 9, timeout: 2000 });
socket.on('timeout', () => process.exit(1));
socket.on('error', (error) => process.exit(error.code === 'ECONNREFUSED' ? 0 : 2));
`;

async function reaches(from: Netns, address: string): Promise<boolean> {
  const { code } = await from.exec([process.execPath, '-e', KNOCK, address]);
  return code === 0;
}
