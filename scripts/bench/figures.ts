import { readFile } from 'node:fs/promises';
import { cpus, totalmem, type } from 'node:os';

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** The smallest value that at least this share of all values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** The machine that figures were measured on, in a line. */
export function describeMachine(): string {
  const [first] = cpus();
  return `${String(cpus().length)} x ${first?.model ?? 'unknown'}, ${String(Math.round(totalmem() / 2 ** 30))} GiB, ${type()}, Node ${process.versions.node}`;
}

/** Resident memory of a process in MiB. */
export interface ProcessMemory {
  readonly rssMiB: number;
  /** The part that is its own (not files). */
  readonly anonMiB: number;
  /** The most that there ever was of it. */
  readonly peakRssMiB: number;
}

/** How much memory a process has. */
export async function memoryOf(pid: number): Promise<ProcessMemory> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  const mib = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / 1_024;
  return { rssMiB: mib('VmRSS'), anonMiB: mib('RssAnon'), peakRssMiB: mib('VmHWM') };
}
