import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfigText } from './read-config-file.ts';
import { resolveAgentConfig } from './resolve-agent-config.ts';

const FILE = join(import.meta.dirname, '../../etc/agent.yaml');
const MACHINE_ID = '242e48d0286b41709b9795502066e6ae';

const resolve = (text: string) =>
  resolveAgentConfig({
    file: parseConfigText(text, FILE),
    flags: {},
    flagNames: new Map(),
    machineId: MACHINE_ID,
    user: { uid: 0, env: {} },
  });

test('the example file configures nothing as it is, and says the defaults in its comments', async () => {
  const text = await readFile(FILE, 'utf8');
  expect(() => resolve(text)).toThrow(expect.objectContaining({ code: 'NOT_CONFIGURED' }));
  const least = 'controlPlane: { url: http://k4e.example:8888 }';
  const uncommented = text.replace(
    /^# (?=(controlPlane|deviceId|stateDir|statusFile|podman|firewall|log|pollIntervalSeconds|gateway|osImageId):| {2})/gm,
    '',
  );
  expect(uncommented).not.toBe(text);
  expect(resolve(uncommented)).toEqual({ ...resolve(least), deviceId: 'edge-1' });
});
