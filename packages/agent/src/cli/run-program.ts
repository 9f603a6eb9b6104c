import { K4eError, errorText, hasCode } from '@k4e/core';
import { recommissionDevice } from '@k4e/core/link';
import type { Logger } from '@k4e/core/ports';
import { createJournalDestination, createPinoLogger } from '@k4e/logging-pino';
import { stringify } from 'yaml';
import type { AgentUser, WorkerConfig } from '../config/index.ts';
import { createFileStateStore } from '../host/state/index.ts';
import type { ServiceManager } from '../host/service-manager/index.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { AgentFlags, Output } from './parse-flags.ts';
import type { ConfigReading } from './load-config.ts';
import { loadConfig } from './load-config.ts';
import { parseFlags } from './parse-flags.ts';

/** Everything that a program has from the process it runs in. */
export interface HostProcess extends Output {
  /** The command line, without the program's name. */
  readonly args: readonly string[];
  readonly version: string;
  readonly user: AgentUser;
  /** Fires when the program is to stop. */
  readonly signal: AbortSignal;
  /** Default: none. */
  readonly serviceManager?: ServiceManager;
  /** Writes an entry to the journal of the machine; lines for people go there, if there is one. */
  readonly journal?: (datagram: Buffer) => void;
}

/**
 * One of the programs for devices: command line, configuration, exit status. Each takes the process that it runs in as an
 * argument, so that the files in `bin` hold nothing but that process, and tests hold one of their own. Those import each
 * program from its file: a device that is one process does not load what makes it two.
 */
export interface DeviceProgram<Config extends WorkerConfig> extends ConfigReading<Config> {
  readonly name: string;
  /** What it does, for the help. */
  readonly description: string;
  readonly canSplit?: boolean;
  /** Where it notes that the control plane has let the device go. */
  readonly documentsOf: (stateDir: string) => readonly string[];
  /** Runs until it is told to stop, or has nothing left to do; how that came about in words. */
  readonly run: (config: Config, logger: Logger, process: HostProcess, flags: AgentFlags) => Promise<string>;
}

/** A program, from its command line to its exit status. Never rejects. */
export async function runProgram<Config extends WorkerConfig>(
  program: DeviceProgram<Config>,
  host: HostProcess,
): Promise<ExitCode> {
  const parsed = parseFlags(host.args, { ...program, version: host.version }, host);
  if (parsed.kind === 'exit') return parsed.code;
  try {
    const config = await loadConfig(program, parsed.flags, host.user);
    if (parsed.flags.isCheckOnly) return printConfig(config, parsed.flags, host);
    if (parsed.flags.isRecommission) return await recommission(program, config, host);
    return await run(program, config, host, parsed.flags);
  } catch (error) {
    host.err(`${program.name}: ${wordsFor(error)}\n`);
    // A device that nobody has configured yet is as it should be: it came up, and had nothing to do.
    if (hasCode(error, 'NOT_CONFIGURED')) host.serviceManager?.ready(wordsFor(error));
    return exitCodeFor(error);
  }
}

function printConfig(config: WorkerConfig, { isJson }: AgentFlags, { out }: Output): ExitCode {
  out(isJson ? `${JSON.stringify(config)}\n` : stringify(config));
  return EXIT_CODES.done;
}

/** Forgets that the control plane let this device go; the program must not be running. */
async function recommission<Config extends WorkerConfig>(
  { name, documentsOf }: DeviceProgram<Config>,
  { deviceId, stateDir }: Config,
  { out }: Output,
): Promise<ExitCode> {
  for (const directory of documentsOf(stateDir)) await recommissionDevice(createFileStateStore({ directory }));
  out(`${deviceId} may register again: start ${name === 'k4e-agent' ? 'the agent' : name}\n`);
  return EXIT_CODES.done;
}

async function run<Config extends WorkerConfig>(
  program: DeviceProgram<Config>,
  config: Config,
  host: HostProcess,
  flags: AgentFlags,
): Promise<ExitCode> {
  const { name } = program;
  const { deviceId, controlPlane, stateDir, log } = config;
  const logger = createLogger(name, log, host);
  const where = controlPlane.url === undefined ? {} : { controlPlane: controlPlane.url };
  logger.info(`${name} begins`, { version: host.version, deviceId, ...where, stateDir });
  host.serviceManager?.ready(deviceId);
  try {
    logger.info(await program.run(config, logger, host, flags));
    return EXIT_CODES.done;
  } catch (error) {
    if (hasCode(error, 'CONFIG_INVALID')) throw error;
    logger.error(`${name} failed`, { error });
    return EXIT_CODES.failed;
  } finally {
    host.serviceManager?.stopping();
  }
}

function createLogger(identifier: string, log: WorkerConfig['log'], { journal, err }: HostProcess): Logger {
  if (journal === undefined || log.format !== 'text') return createPinoLogger({ ...log, destination: { write: err } });
  const destination = createJournalDestination({ identifier, journal, otherwise: err });
  return createPinoLogger({ ...log, format: 'json', destination });
}

function exitCodeFor(error: unknown): ExitCode {
  if (hasCode(error, 'NOT_CONFIGURED')) return EXIT_CODES.unconfigured;
  return hasCode(error, 'CONFIG_INVALID') ? EXIT_CODES.misconfigured : EXIT_CODES.failed;
}

/** Mistakes of the user are told in words; anything else with the stack that a report needs. */
function wordsFor(error: unknown): string {
  if (error instanceof K4eError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : errorText(error);
}
