import { execFile } from 'node:child_process';

/** What a finished program said. `code` is its exit status; -1 when a signal or the deadline ended it. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface CommandOptions {
  readonly signal?: AbortSignal;
  /** The whole environment of the program. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Written to the program's standard input, which is then closed. Default: nothing. */
  readonly stdin?: string | Buffer;
  /** The program is killed after this time. Default `COMMAND_DEADLINE_MS`. */
  readonly deadlineMs?: number;
  /** Told the program's process id once it runs. */
  readonly onStart?: (pid: number) => void;
}

/** How long a program may take when the caller names no deadline. */
export const COMMAND_DEADLINE_MS = 120_000;

/** How much a program may print on each stream before it is killed. */
export const COMMAND_OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/** Runs `command[0]` with the other words as its arguments, without a shell. A non-zero status is a result, not an error; a program that cannot be started is one. */
export function runCommand(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, execOptions(options), (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, stdout, stderr });
      if (typeof error.code === 'string')
        return reject(new Error(`${file} did not run: ${error.message}`, { cause: error }));
      resolve({ code: typeof error.code === 'number' ? error.code : -1, stdout, stderr });
    });
    if (child.pid !== undefined) options.onStart?.(child.pid);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin ?? '');
  });
}

/** As `runCommand`, and throws an error that quotes what the program said when its status is not 0. Resolves with its standard output. */
export async function runChecked(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  return checkedOutput(command, await runCommand(command, options));
}

/** The standard output of a program whose status is 0; for any other an error that quotes what it said. */
export function checkedOutput(command: readonly string[], result: CommandResult): string {
  if (result.code === 0) return result.stdout;
  const said = (result.stderr.trim() || result.stdout.trim()).slice(-QUOTED_OUTPUT_LENGTH);
  throw new Error(`${command.join(' ')} ended with status ${String(result.code)}: ${said}`);
}

const QUOTED_OUTPUT_LENGTH = 4000;

function execOptions(options: CommandOptions): { encoding: 'utf8' } & Parameters<typeof execFile>[2] {
  return {
    encoding: 'utf8',
    maxBuffer: COMMAND_OUTPUT_LIMIT_BYTES,
    timeout: options.deadlineMs ?? COMMAND_DEADLINE_MS,
    killSignal: 'SIGKILL',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  };
}
