import { Command, CommanderError } from 'commander';
import { DEFAULT_CONFIG_FILE } from '../../config/index.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { HELP_AFTER_STATUS } from '../help-text.ts';
import type { Output } from '../parse-flags.ts';

/** What the command line of `k4e-agent status` says. */
export interface StatusFlags {
  /** The file that the user named. */
  readonly configFile: string | undefined;
  readonly statusFile: string | undefined;
  readonly isJson: boolean;
  readonly isScreen: boolean;
}

/** Reads a command line, without `k4e-agent status`; what is not flags is an exit status, everything having been said. */
export function parseStatusFlags(args: readonly string[], { out, err }: Output): StatusFlags | ExitCode {
  const command = new Command('k4e-agent status')
    .description('Prints how the agent of this device fares.')
    .option('--json', 'print it as JSON')
    .option('--screen', 'print it for a screen that is read from afar, clearing that first; in ASCII')
    .option('-c, --config <file>', `configuration file of the agent (default: ${DEFAULT_CONFIG_FILE}, if it is there)`)
    .option('--status-file <path>', 'where the agent says how it fares (default: as its configuration says)')
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments(false)
    .addHelpText('after', HELP_AFTER_STATUS)
    .configureOutput({ writeOut: out, writeErr: err })
    .exitOverride();
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.misconfigured;
  }
  const options = command.opts<{ config?: string; statusFile?: string; json?: boolean; screen?: boolean }>();
  return {
    configFile: options.config,
    statusFile: options.statusFile,
    isJson: options.json === true,
    isScreen: options.screen === true,
  };
}
