/**
 * An agent inside a program of your own: it shows what happens on the device, and ends with the program.
 *
 *     node --conditions=@k4e/source examples/embedded-agent/main.ts pump-17 http://127.0.0.1:8888 /var/lib/pump/k4e
 *
 * (In a project of yours, that has `@k4e/agent` from npm: without `--conditions`.)
 */
import { createAgent } from '@k4e/agent';

const [deviceId, controlPlaneUrl, stateDir] = process.argv.slice(2);
if (deviceId === undefined || controlPlaneUrl === undefined || stateDir === undefined) {
  console.error('usage: main.ts <device id> <control plane URL> <state directory>');
  process.exit(2);
}

const stopper = new AbortController();
process.once('SIGINT', () => stopper.abort()).once('SIGTERM', () => stopper.abort());

const agent = createAgent({
  deviceId,
  controlPlaneUrl,
  stateDir,
  // What the display of the pump shows. Every type of activity is in `DeviceActivities` of @k4e/core/device.
  onActivity: (activity) => {
    if (activity.type === 'registered') console.log('the control plane knows this device');
    if (activity.type === 'workloadStarted') console.log(`${activity.workload} runs`);
    if (activity.type === 'workloadFailed') console.log(`${activity.workload}: ${activity.message}`);
  },
});

const outcome = await agent.run({ signal: stopper.signal });
console.log(outcome === 'stopped' ? 'stopped; workloads go on' : 'the control plane has let this device go');
