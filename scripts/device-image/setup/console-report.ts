import { appendFile } from 'node:fs/promises';

const LONGEST_LINE = 800;

/**
 * Tells the person in front of the device, and the journal. What goes into the kernel's log appears on every console, the
 * serial ones among them; `problem` also on those that are told to be quiet.
 */
export interface ConsoleReport {
  note(line: string): Promise<void>;
  problem(line: string): Promise<void>;
}

/** A report by the kernel's log, whose place is `kernelLog`. */
export function createConsoleReport(kernelLog = '/dev/kmsg'): ConsoleReport {
  const write = (level: number, line: string): Promise<void> =>
    appendFile(kernelLog, `<${level}>k4e: ${line.replaceAll(/\s+/g, ' ').slice(0, LONGEST_LINE)}\n`);
  return { note: (line) => write(NOTICE, line), problem: (line) => write(CRITICAL, line) };
}

const NOTICE = 5;
const CRITICAL = 2;
