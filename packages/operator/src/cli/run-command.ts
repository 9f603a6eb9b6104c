import { errorText, hasCode } from '@k4e/core';
import { stringify } from 'yaml';
import { createOperator } from '../composition/index.ts';
import type { OperatorParts } from '../composition/index.ts';
import { loadOperatorConfig, readConfigFile } from '../config/index.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE, parseCommandLine } from './parse-command-line.ts';

/** What the program is given by its process. */
export interface CommandContext {
  /** The words after the program's name. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Fires when the process is told to stop. */
  readonly signal: AbortSignal;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Parts of the operator to take instead of making them. */
  readonly overrides?: Partial<OperatorParts>;
}

/** Runs the program and resolves with its exit status. Never rejects: what goes wrong is written, in words. */
export async function runCommand(context: CommandContext): Promise<number> {
  const { words, env, version, signal, writeOut, writeError, overrides } = context;
  const line = parseCommandLine(words, version);
  if ('end' in line) {
    const write = line.end.exitCode === EXIT_OK ? writeOut : writeError;
    write(line.end.output);
    return line.end.exitCode;
  }
  const { configFile, flags, check } = line.run;
  try {
    const file = configFile === undefined ? {} : { file: await readConfigFile(configFile) };
    const config = loadOperatorConfig({ ...file, env, flags });
    if (check === undefined) await createOperator(config, overrides).run({ signal });
    else writeOut(check === 'json' ? `${JSON.stringify(config)}\n` : stringify(config));
    return EXIT_OK;
  } catch (error) {
    writeError(`k4e-operator: ${errorText(error)}\n`);
    return hasCode(error, 'CONFIG_INVALID') ? EXIT_USAGE : EXIT_FAILED;
  }
}
