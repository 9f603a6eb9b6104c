import { runCommand } from '@k4e/testbed';

/** Runs a program of this machine; gives its output, and fails with what it complains of. */
export async function run(...command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command);
  if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return stdout;
}
