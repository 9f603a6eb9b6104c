import { LOG_FORMATS, LOG_LEVELS } from '@k4e/logging-pino';
import { Command, CommanderError, Option } from 'commander';
import { DEFAULT_CONFIG_FILE } from '../config/index.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { HELP_AFTER, HELP_OF_COMMANDS } from './help-text.ts';

/** Where the program writes. */
export interface Output {
  /** Standard output. */
  readonly out: (text: string) => void;
  /** Standard error. */
  readonly err: (text: string) => void;
}

/** What the command line says. */
export interface AgentFlags {
  /** The file that the user named. */
  readonly configFile: string | undefined;
  readonly isCheckOnly: boolean;
  readonly isRecommission: boolean;
  readonly isJson: boolean;
  /** Gateway and device worker in two processes. */
  readonly isSplit: boolean;
  /** Settings in the shape of the file. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What comes of a command line: flags, or the program is to end (help, version, a mistake), everything having been said. */
export type ParsedFlags =
  { readonly kind: 'run'; readonly flags: AgentFlags } | { readonly kind: 'exit'; readonly code: ExitCode };

/** The flags that stand for settings, by the setting's path. */
export const FLAG_NAMES: ReadonlyMap<string, string> = new Map([
  ['deviceId', '--device-id'],
  ['controlPlane.url', '--control-plane'],
  ['stateDir', '--state-dir'],
  ['statusFile', '--status-file'],
  ['podman.socket', '--podman-socket'],
  ['firewall.kind', '--firewall'],
  ['firewall.policy', '--firewall-policy'],
  ['log.level', '--log-level'],
  ['log.format', '--log-format'],
]);

/** Of which program a command line is. */
export interface CommandName {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** Whether it can be one process or two. */
  readonly canSplit?: boolean | undefined;
}

/** Reads a command line, without the program's name. */
export function parseFlags(args: readonly string[], program: CommandName, { out, err }: Output): ParsedFlags {
  const command = createCommand(program).configureOutput({ writeOut: out, writeErr: err }).exitOverride();
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'exit', code: error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.misconfigured };
  }
  return { kind: 'run', flags: readOptions(command.opts<Options>()) };
}

interface Options {
  readonly config?: string;
  readonly deviceId?: string;
  readonly controlPlane?: string;
  readonly stateDir?: string;
  readonly statusFile?: string;
  readonly podmanSocket?: string;
  readonly firewall?: string;
  readonly firewallPolicy?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly json?: boolean;
  readonly checkConfig?: boolean;
  readonly recommission?: boolean;
  readonly split?: boolean;
}

function readOptions(options: Options): AgentFlags {
  const isJson = options.json === true;
  return {
    configFile: options.config,
    isCheckOnly: options.checkConfig === true,
    isRecommission: options.recommission === true,
    isJson,
    isSplit: options.split === true,
    settings: {
      deviceId: options.deviceId,
      controlPlane: { url: options.controlPlane },
      stateDir: options.stateDir,
      statusFile: options.statusFile,
      podman: { socket: options.podmanSocket },
      firewall: { kind: options.firewall, policy: options.firewallPolicy },
      log: { level: options.logLevel, format: isJson ? 'json' : options.logFormat },
    },
  };
}

function createCommand({ name, description, version, canSplit = false }: CommandName): Command {
  const command = new Command(name)
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .option('-c, --config <file>', `configuration file (default: ${DEFAULT_CONFIG_FILE}, if it is there)`)
    .option(
      '--control-plane <url>',
      'where the operator listens, such as http://k4e.example:8888, or the broker before it, such as mqtts://broker.example',
    )
    .option('--device-id <id>', 'name of the EdgeDevice (default: the machine id as a UUID)')
    .option('--state-dir <dir>', 'directory for all that the agent keeps')
    .option('--status-file <path>', 'file that says how the device is')
    .option('--podman-socket <path>', "where podman's API listens")
    .addOption(
      new Option('--firewall <kind>', 'what opens host ports (default: nftables for root, else none)').choices([
        'nftables',
        'none',
      ]),
    )
    .addOption(
      new Option(
        '--firewall-policy <policy>',
        'what happens to packets that nothing speaks for (default: accept)',
      ).choices(['accept', 'drop']),
    )
    .addOption(new Option('--log-level <level>', 'least level that is logged (default: info)').choices(LOG_LEVELS))
    .addOption(new Option('--log-format <format>', 'for people or machines (default: text)').choices(LOG_FORMATS))
    .option('--json', 'log in JSON, and print the configuration in JSON')
    .option('--check-config', 'print the configuration that holds, and end')
    .option('--recommission', 'let a device that the control plane let go register again, and end')
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments(false)
    .addHelpText('after', HELP_AFTER);
  return canSplit
    ? command
        .option('--split', 'run as two processes: the gateway, and the device worker')
        .addHelpText('after', HELP_OF_COMMANDS)
    : command;
}
