/**
 * The device of the upload benchmark: an agent as an embedder runs it, all of it ours but podman and nftables, in a process of
 * its own so that its memory is an agent's. Arguments: URL of the edge API, directory for the agent's state.
 */
import { join } from 'node:path';
import { createAgent, createDirectoryExports } from '@k4e/agent';
import type { DeviceActivity } from '@k4e/core/device';
import type { ExportFiles } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createFakeContainerRuntime, createFakeFirewall } from '@k4e/core/testing';
import type { AgentMessage } from './agent-message.ts';
import { DEVICE } from './device-name.ts';

const TROUBLE: ReadonlySet<DeviceActivity['type']> = new Set(['uploadFailed', 'uploadRefused', 'uploadsBlocked']);

function tell(message: AgentMessage): void {
  process.send?.(message);
}

function onActivity(activity: DeviceActivity): void {
  if (activity.type === 'uploadsCompleted') {
    const { workload, files, atMs } = activity;
    tell({ kind: 'uploaded', workload, files, atMs });
  } else if (TROUBLE.has(activity.type)) tell({ kind: 'trouble', text: JSON.stringify(activity) });
}

function timed(exports: ExportFiles): ExportFiles {
  return {
    ...exports,
    async *walk(workload, source, options) {
      const beganMs = performance.now();
      let files = 0;
      for await (const batch of exports.walk(workload, source, options)) {
        files += batch.files.length;
        yield batch;
      }
      tell({ kind: 'looked', workload, files, durationMs: performance.now() - beganMs });
    },
  };
}

const [controlPlaneUrl = '', stateDir = ''] = process.argv.slice(2);
const clock = createSystemClock();
const stop = new AbortController();
process.on('disconnect', () => stop.abort());
const agent = createAgent({
  deviceId: DEVICE,
  controlPlaneUrl,
  stateDir,
  clock,
  pollIntervalMs: 1_000,
  runtime: createFakeContainerRuntime({ clock }),
  firewall: createFakeFirewall(),
  exports: timed(createDirectoryExports({ directory: join(stateDir, 'volumes'), clock })),
  onActivity,
});
await agent.run({ signal: stop.signal });
