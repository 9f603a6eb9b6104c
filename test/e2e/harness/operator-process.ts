import { readFile } from 'node:fs/promises';
import { waitUntil } from '@k4e/testbed';
import { programCommand } from './program-command.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';

const READY_DEADLINE_MS = 30_000;

/** What an operator is told. */
export interface OperatorOptions {
  readonly kubeconfig: string;
  /** Host and port of the edge API; port 0 takes any. */
  readonly edgeAddress: string;
  readonly logFile: string;
  readonly gracePeriodSeconds?: number;
  /** Further flags. */
  readonly flags?: readonly string[];
}

/** A running operator. */
export interface OperatorProcess extends Program {
  readonly edgeUrl: string;
  /** `host:port` of the edge API: what makes another operator take its place. */
  readonly edgeAddress: string;
}

/** Starts `k4e-operator`; resolves when it listens. */
export async function startOperatorProcess(options: OperatorOptions): Promise<OperatorProcess> {
  const { kubeconfig, edgeAddress, logFile, gracePeriodSeconds, flags = [] } = options;
  const before = (await readFile(logFile, 'utf8').catch(() => '')).length;
  const program = await startProgram({
    name: 'k4e-operator',
    command: [
      ...programCommand('k4e-operator'),
      `--kubeconfig=${kubeconfig}`,
      `--edge-address=${edgeAddress}`,
      '--metrics-addr=127.0.0.1:0',
      ...(gracePeriodSeconds === undefined ? [] : [`--grace-period-seconds=${String(gracePeriodSeconds)}`]),
      ...flags,
    ],
    logFile,
  });
  const edgeUrl = await waitUntil(
    async () => {
      if (!program.isRunning()) throw new Error(`k4e-operator has ended:\n${program.lastLines()}`);
      return /"edgeUrl":"([^"]+)"/.exec((await readFile(logFile, 'utf8')).slice(before))?.[1];
    },
    { what: 'k4e-operator listens', deadlineMs: READY_DEADLINE_MS },
  );
  return { ...program, edgeUrl, edgeAddress: new URL(edgeUrl).host };
}
