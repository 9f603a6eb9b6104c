import { CUT_PHASES } from './cut-plan.ts';
import type { PlannedCut } from './cut-plan.ts';

/** What can be wrong with a device after a cut. */
export type ProblemKind =
  'not-converged' | 'file-lost' | 'file-twice' | 'pod-doubled' | 'state-rejected' | 'not-served-alone';

/** Something that is wrong. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly text: string;
}

/** How a cut went. */
export interface CutResult extends PlannedCut {
  /** From switching the device on again to the state that was wanted; absent when it did not come. */
  readonly convergedMs?: number;
  /** From switching it on again to the page that it had served before; absent when it had served none. */
  readonly servedMs?: number;
  readonly problems: readonly Problem[];
}

/** The figures of a run, as `--json` gives them. */
export interface CutSummary {
  readonly bench: 'power';
  readonly seed: number;
  readonly cuts: number;
  readonly converged: number;
  readonly filesLost: number;
  readonly filesTwice: number;
  readonly podsDoubled: number;
  readonly stateRejected: number;
  readonly bootToServedMedianMs: number | null;
}

/** Sums up a run. */
export function summarizeCuts(seed: number, results: readonly CutResult[]): CutSummary {
  const count = (kind: ProblemKind): number =>
    results.flatMap(({ problems }) => problems).filter((problem) => problem.kind === kind).length;
  return {
    bench: 'power',
    seed,
    cuts: results.length,
    converged: results.filter(({ convergedMs }) => convergedMs !== undefined).length,
    filesLost: count('file-lost'),
    filesTwice: count('file-twice'),
    podsDoubled: count('pod-doubled'),
    stateRejected: count('state-rejected'),
    bootToServedMedianMs: median(results.map(({ servedMs }) => servedMs)),
  };
}

/** A line for each phase, for people: cuts, those that converged, and how long that took. */
export function renderCutTable(results: readonly CutResult[]): string {
  const rows = CUT_PHASES.flatMap((phase) => {
    const own = results.filter((result) => result.phase === phase);
    if (own.length === 0) return [];
    const times = own.map(({ convergedMs }) => convergedMs);
    const converged = times.filter((time) => time !== undefined);
    const longest = converged.length === 0 ? null : Math.max(...converged);
    return [[phase, String(own.length), String(converged.length), seconds(median(times)), seconds(longest)]];
  });
  const table = [['phase', 'cuts', 'converged', 'median', 'longest'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function seconds(ms: number | null): string {
  return ms === null ? '-' : `${(ms / 1_000).toFixed(1)} s`;
}

function median(times: readonly (number | undefined)[]): number | null {
  const sorted = times.filter((time) => time !== undefined).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
