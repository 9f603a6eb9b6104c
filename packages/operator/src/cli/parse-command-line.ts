import { Command, CommanderError, Option } from 'commander';
import { SETTINGS } from '../config/index.ts';

/** What a command line asks for: to run with these settings, or to say something and end with `exitCode`. */
export type CommandLine =
  { readonly run: RequestedRun } | { readonly end: { readonly exitCode: number; readonly output: string } };

/** How the program is to run. */
export interface RequestedRun {
  readonly configFile?: string;
  /** Settings, by the names of their flags. */
  readonly flags: Readonly<Record<string, string | boolean>>;
  /** Print the configuration that holds, in this form, instead of running. */
  readonly check?: 'yaml' | 'json';
}

/** The program ended because it was told to. */
export const EXIT_OK = 0;
/** Something broke while it ran. */
export const EXIT_FAILED = 1;
/** A flag, the configuration, or an address it should listen on is not usable. */
export const EXIT_USAGE = 2;

const HELP_END = `
Settings come from the file, then from the environment, then from flags; the later ones win.
Environment: ${SETTINGS.flatMap(({ env }) => env ?? []).join(', ')}, KUBECONFIG.

Exit status: ${String(EXIT_OK)} told to stop, ${String(EXIT_FAILED)} failed, ${String(EXIT_USAGE)} wrong flag or configuration.
`;

/** Reads the words after the program's name. Says nothing itself. */
export function parseCommandLine(words: readonly string[], version: string): CommandLine {
  const output: string[] = [];
  const command = createCommand(version, (text) => output.push(text));
  try {
    command.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const exitCode = error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    return { end: { exitCode, output: output.join('') } };
  }
  const values: Record<string, unknown> = command.opts();
  const flags: Record<string, string | boolean> = {};
  for (const { flag } of SETTINGS) {
    const value = values[new Option(`--${flag}`).attributeName()];
    if (typeof value === 'string' || typeof value === 'boolean') flags[flag] = value;
  }
  return {
    run: {
      flags,
      ...(typeof values.config === 'string' ? { configFile: values.config } : {}),
      ...(values.checkConfig === true ? { check: values.json === true ? 'json' : 'yaml' } : {}),
    },
  };
}

function createCommand(version: string, write: (text: string) => void): Command {
  const command = new Command('k4e-operator')
    .description('Serves the edge API of k4e and reconciles EdgeDevices and EdgeDeployments.')
    .version(version)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write })
    .showHelpAfterError('(--help lists what there is)')
    .option('--config <file>', 'read settings from this YAML file')
    .option('--check-config', 'print the configuration that holds, and end')
    .option('--json', 'with --check-config: print it as JSON')
    .addHelpText('after', HELP_END);
  for (const { flag, value, help } of SETTINGS)
    command.option(value === undefined ? `--${flag}` : `--${flag} <${value}>`, help);
  return command;
}
