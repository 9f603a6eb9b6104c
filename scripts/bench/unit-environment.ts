import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const UNIT = join(import.meta.dirname, '..', '..', 'packages', 'agent', 'systemd', 'k4e-agent.service');

/** What the systemd unit puts into the environment of an agent. */
export async function unitEnvironment(): Promise<Record<string, string>> {
  const lines = (await readFile(UNIT, 'utf8')).matchAll(/^Environment=(\w+)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
}
