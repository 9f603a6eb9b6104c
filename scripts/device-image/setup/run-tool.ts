import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long a tool may work: making a file system on the largest disks takes minutes. */
const DEADLINE_MS = 1_800_000;
const OUTPUT_LIMIT_BYTES = 4_194_304;

/** How a tool ended. */
export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool of the system; a status that is not 0 is a result. Rejects when it does not start, or does not end. */
export async function tryTool([tool = '', ...args]: readonly string[]): Promise<ToolResult> {
  try {
    const { stdout, stderr } = await run(tool, args, { timeout: DEADLINE_MS, maxBuffer: OUTPUT_LIMIT_BYTES });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = Object(error) as Partial<Record<keyof ToolResult, unknown>>;
    if (typeof code !== 'number' || typeof stdout !== 'string' || typeof stderr !== 'string') throw error;
    return { code, stdout, stderr };
  }
}

/** As `tryTool`, for tools that have to succeed: resolves with the standard output. */
export async function runTool(command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tryTool(command);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
}
