import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../e2e/harness/index.ts';
import { PHASE_BEGINNINGS } from './cut-phases.ts';
import { FRESH_PHASES } from './cut-plan.ts';
import type { PlannedCut } from './cut-plan.ts';
import type { CutResult, Problem } from './cut-report.ts';
import { deploy, edgeDeviceOf, newDevice, servedPage } from './device-under-test.ts';
import type { DeviceUnderTest } from './device-under-test.ts';
import { expectConverged, findProblems, keepVersions } from './inspect-device.ts';
import type { PowerBench } from './power-bench.ts';

/** How long a device may take from power to the state that was wanted, in milliseconds, on an emulated processor. */
export const CONVERGE_LIMIT_MS = 300_000;

/** What a run of cuts goes on with from one cut to the next. */
export interface CutRun {
  readonly bench: PowerBench;
  device: DeviceUnderTest | undefined;
  generation: number;
}

/**
 * Brings a device into the phase, cuts its power, switches it on again, and waits until it is what it should be. What is wrong
 * with it is a result; what cannot be tried at all rejects.
 */
export async function runCut(run: CutRun, cut: PlannedCut): Promise<CutResult> {
  const { bench } = run;
  const device = await deviceFor(run, cut);
  const before = device.wanted.get('web')?.page;
  const hadServed = before !== undefined && !FRESH_PHASES.has(cut.phase);
  await PHASE_BEGINNINGS[cut.phase](bench, device, cut.index);
  await delay(cut.delayMs);
  if (cut.isAlone) await bench.killOperator();
  await device.machine.cutPower();

  const onAtMs = performance.now();
  const sinceMs = (): number => Math.round(performance.now() - onAtMs);
  const problems: Problem[] = [];
  const limit = { deadlineMs: CONVERGE_LIMIT_MS, explain: () => explain(bench, device) };
  let servedMs: number | undefined;
  try {
    await device.machine.boot();
    if (hadServed) {
      const pages = [before, device.wanted.get('web')?.page];
      await eventually(
        'it serves what it had',
        async () => {
          if (!pages.includes(await servedPage(device, 'web'))) throw new Error('it serves another page');
        },
        limit,
      ).then(
        () => (servedMs = sinceMs()),
        (error: unknown) => {
          problems.push({ kind: 'not-served-alone', text: String(error) });
        },
      );
    }
    await bench.startOperator();
    await eventually('it has registered', () => edgeDeviceOf(bench, device), limit);
    if (!device.wanted.has('web')) await deploy(bench, device, 'web', 'first');
    await eventually('it is what was wanted', () => expectConverged(bench, device), limit);
    const convergedMs = sinceMs();
    problems.push(...(await findProblems(bench, device)));
    if (FRESH_PHASES.has(cut.phase)) await keepVersions(bench, device);
    return { ...cut, convergedMs, ...(servedMs === undefined ? {} : { servedMs }), problems };
  } catch (error) {
    problems.push({ kind: 'not-converged', text: error instanceof Error ? error.message : String(error) });
    await bench.startOperator();
    return { ...cut, ...(servedMs === undefined ? {} : { servedMs }), problems };
  } finally {
    if (problems.length > 0) await retire(run);
  }
}

/** The device of the run, or a new one when the phase asks for it or none has come through the cut before. */
async function deviceFor(run: CutRun, { phase }: PlannedCut): Promise<DeviceUnderTest> {
  const { bench } = run;
  if (FRESH_PHASES.has(phase)) await retire(run);
  if (run.device !== undefined) return run.device;
  run.generation += 1;
  const device = await newDevice(bench, run.generation);
  run.device = device;
  if (FRESH_PHASES.has(phase)) return device;
  await device.machine.boot();
  const limit = { deadlineMs: CONVERGE_LIMIT_MS };
  await eventually('it has registered', () => edgeDeviceOf(bench, device), limit);
  await deploy(bench, device, 'web', 'first');
  await eventually('it is what was wanted', () => expectConverged(bench, device), limit);
  await keepVersions(bench, device);
  return device;
}

/** Throws the device away, as a fleet operator does with one that is gone. */
export async function retire(run: CutRun): Promise<void> {
  const { bench, device } = run;
  run.device = undefined;
  if (device === undefined) return;
  await device.machine.stop();
  const deployments = [...device.wanted.values()].map(({ name }) => name);
  if (deployments.length > 0) await bench.cluster.kubectl('delete', 'edgedeployment', '--wait=false', ...deployments);
  if (device.deviceId !== undefined) {
    await bench.cluster.kubectl('delete', 'edgedevice', '--wait=false', device.deviceId);
  }
}

/** What a person would look at. */
async function explain({ cluster, ...bench }: PowerBench, { machine, deviceId }: DeviceUnderTest): Promise<string> {
  const commands = [
    ['journalctl', '--unit=k4e-agent', '--boot', '--no-pager', '--lines=40'],
    ['podman', 'ps', '--all', '--pod'],
    ['systemctl', 'status', '--no-pager', 'k4e-agent'],
    ['cat', '/etc/machine-id', '/etc/k4e/agent.yaml'],
  ];
  const said = commands.map((args) => machine.exec(args).then(({ stdout, stderr }) => stdout + stderr, String));
  const described = cluster
    .kubectl('describe', 'edgedevices', ...(deviceId === undefined ? [] : [deviceId]))
    .catch(String);
  return [...(await Promise.all(said)), await described, bench.operatorLog()].join('\n---\n');
}
