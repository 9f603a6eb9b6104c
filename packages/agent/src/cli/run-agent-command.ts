import { readFile } from 'node:fs/promises';
import { K4eError, errorText, hasCode } from '@k4e/core';
import { recommissionDevice } from '@k4e/core/device';
import type { Logger } from '@k4e/core/ports';
import { createPinoLogger } from '@k4e/logging-pino';
import { stringify } from 'yaml';
import type { AgentConfig, AgentUser } from '../config/index.ts';
import { DEFAULT_CONFIG_FILE, MACHINE_ID_PATH, readConfigFile, resolveAgentConfig } from '../config/index.ts';
import type { Agent } from '../create-agent.ts';
import { createFileStateStore, stateDocumentsOf } from '../host/state/index.ts';
import { agentOptions } from './agent-options-of-config.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { AgentFlags, Output } from './parse-flags.ts';
import { FLAG_NAMES, parseFlags } from './parse-flags.ts';

/** Everything that the program has from the process it runs in. */
export interface AgentProgram extends Output {
  /** The command line, without the program's name. */
  readonly args: readonly string[];
  readonly version: string;
  readonly user: AgentUser;
  /** Fires when the program is to stop. */
  readonly signal: AbortSignal;
  readonly createAgent: (options: ReturnType<typeof agentOptions>) => Agent;
}

/** The program `k4e-agent`, from its command line to its exit status. Never rejects. */
export async function runAgentCommand(program: AgentProgram): Promise<ExitCode> {
  const parsed = parseFlags(program.args, program.version, program);
  if (parsed.kind === 'exit') return parsed.code;
  try {
    const config = await loadConfig(parsed.flags, program.user);
    if (parsed.flags.isCheckOnly) return printConfig(config, parsed.flags, program);
    if (parsed.flags.isRecommission) return await recommission(config, program);
    return await runAgent(config, program);
  } catch (error) {
    program.err(`k4e-agent: ${wordsFor(error)}\n`);
    return hasCode(error, 'CONFIG_INVALID') ? EXIT_CODES.misconfigured : EXIT_CODES.failed;
  }
}

async function loadConfig(flags: AgentFlags, user: AgentUser): Promise<AgentConfig> {
  const path = flags.configFile ?? DEFAULT_CONFIG_FILE;
  const file = await readConfigFile(path);
  if (file === undefined && flags.configFile !== undefined) {
    throw new K4eError('CONFIG_INVALID', { subject: path, message: 'there is no such file', retry: 'never' });
  }
  const machineId = await readFile(MACHINE_ID_PATH, 'utf8').catch(() => undefined);
  return resolveAgentConfig({ file: file ?? {}, flags: flags.settings, flagNames: FLAG_NAMES, machineId, user });
}

function printConfig(config: AgentConfig, { isJson }: AgentFlags, { out }: Output): ExitCode {
  out(isJson ? `${JSON.stringify(config)}\n` : stringify(config));
  return EXIT_CODES.done;
}

/** Forgets that the control plane let this device go; the agent must not be running. */
async function recommission({ deviceId, stateDir }: AgentConfig, { out }: Output): Promise<ExitCode> {
  await recommissionDevice(createFileStateStore({ directory: stateDocumentsOf(stateDir) }));
  out(`${deviceId} may register again: start the agent\n`);
  return EXIT_CODES.done;
}

async function runAgent(config: AgentConfig, program: AgentProgram): Promise<ExitCode> {
  const logger = createPinoLogger({ ...config.log, destination: { write: program.err } });
  const agent = program.createAgent(agentOptions(config, logger));
  const { deviceId, stateDir } = config;
  logger.info('k4e-agent begins', {
    version: program.version,
    deviceId,
    controlPlane: config.controlPlane.url,
    stateDir,
  });
  return runToItsEnd(agent, logger, program.signal);
}

async function runToItsEnd(agent: Agent, logger: Logger, signal: AbortSignal): Promise<ExitCode> {
  try {
    const outcome = await agent.run({ signal });
    const words = {
      stopped: 'stopped; workloads go on',
      disconnected: 'let go by the control plane; workloads are gone',
    };
    logger.info(words[outcome]);
    return EXIT_CODES.done;
  } catch (error) {
    logger.error('k4e-agent failed', { error });
    return EXIT_CODES.failed;
  }
}

/** Mistakes of the user are told in words; anything else with the stack that a report needs. */
function wordsFor(error: unknown): string {
  if (error instanceof K4eError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : errorText(error);
}
