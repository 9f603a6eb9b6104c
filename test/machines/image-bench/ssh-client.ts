import { readFile } from 'node:fs/promises';
import { runChecked, runCommand } from '@k4e/testbed';
import type { CommandResult } from '@k4e/testbed';

/** Emulated machines take their time to compute with keys. */
const CONNECT_SECONDS = 60;
const DEADLINE_MS = 180_000;

/** A person at another machine, who has a key. */
export interface SshClient {
  /** Runs a command on the device as root; gives its output, and fails with what it or ssh complains of. */
  run(command: string): Promise<string>;
  /** Asks to be let in by anything but a key. */
  runWithoutKey(): Promise<CommandResult>;
}

/** Makes a pair of keys, the secret one in `file`; gives the public one in one line. */
export async function createSshKey(file: string): Promise<string> {
  await runChecked(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', file]);
  return (await readFile(`${file}.pub`, 'utf8')).trim();
}

/** Somebody who comes to `port` of 127.0.0.1, and remembers in `knownHosts` who answers there: anybody else is refused later. */
export function sshClient(port: number, keyFile: string, knownHosts: string): SshClient {
  const ssh = (options: Readonly<Record<string, string>>, command: string): Promise<CommandResult> => {
    const all = { ConnectTimeout: String(CONNECT_SECONDS), UserKnownHostsFile: knownHosts, ...options };
    const flags = Object.entries(all).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    // Of this person's own settings and keys none counts.
    const who = ['ssh', '-F', 'none', ...flags, '-o', 'IdentitiesOnly=yes', '-p', String(port), 'root@127.0.0.1'];
    return runCommand([...who, command], { deadlineMs: DEADLINE_MS });
  };
  return {
    run: async (command) => {
      const options = { IdentityFile: keyFile, BatchMode: 'yes', StrictHostKeyChecking: 'accept-new' };
      const { code, stdout, stderr } = await ssh(options, command);
      if (code !== 0) throw new Error(`${command} ended with ${String(code)}: ${stdout}${stderr}`);
      return stdout;
    },
    runWithoutKey: () => ssh({ PubkeyAuthentication: 'no', NumberOfPasswordPrompts: '0' }, 'true'),
  };
}
