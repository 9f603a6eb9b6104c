/** `npm run test:power`: cuts the power of devices at random moments, and tells what came of it. See `scripts/power.mjs`. */
import { parseArgs } from 'node:util';
import { describeMachine } from '../../scripts/bench/figures.ts';
import { CUT_PHASES, planCuts } from './cut-plan.ts';
import type { CutPhase, PlannedCut } from './cut-plan.ts';
import { renderCutTable, summarizeCuts } from './cut-report.ts';
import type { CutResult } from './cut-report.ts';
import { startPowerBench } from './power-bench.ts';
import { retire, runCut } from './run-cut.ts';
import type { CutRun } from './run-cut.ts';

const DEFAULT_CUTS = 9;
const MAX_SEED = 2 ** 32;

const note = (line: string): void => void process.stderr.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    cuts: { type: 'string' },
    seed: { type: 'string' },
    phases: { type: 'string' },
    json: { type: 'boolean' },
  },
});

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new Error(`--${name} has to be a whole number up to ${String(max)}, not ${text}`);
}

function phasesOf(text: string | undefined): readonly CutPhase[] {
  if (text === undefined) return CUT_PHASES;
  return text.split(',').map((name) => {
    const phase = CUT_PHASES.find((known) => known === name);
    if (phase === undefined) throw new Error(`--phases: there is no phase ${name}; there are ${CUT_PHASES.join(', ')}`);
    return phase;
  });
}

/** What the command line asks for. Throws with words for people. */
function readPlan(): { readonly seed: number; readonly plan: readonly PlannedCut[] } {
  const cuts = wholeNumber('cuts', values.cuts ?? String(DEFAULT_CUTS), 10_000);
  const seed = wholeNumber('seed', values.seed ?? String(Date.now() % MAX_SEED), MAX_SEED);
  return { seed, plan: planCuts(cuts, seed, phasesOf(values.phases)) };
}

async function main({ seed, plan }: ReturnType<typeof readPlan>): Promise<void> {
  const cuts = plan.length;
  note(
    `${String(cuts)} cuts, seed ${String(seed)}: about ${String(Math.ceil(cuts * 1.5))} min where the processor is emulated`,
  );
  const bench = await startPowerBench(note);
  const run: CutRun = { bench, device: undefined, generation: 0 };
  const results: CutResult[] = [];
  try {
    for (const cut of plan) {
      const result = await runCut(run, cut);
      results.push(result);
      const outcome = result.convergedMs === undefined ? 'did not converge' : `${String(result.convergedMs)} ms`;
      note(
        `cut ${String(cut.index + 1)} of ${String(cuts)}: ${cut.phase} after ${String(cut.delayMs)} ms${cut.isAlone ? ', alone' : ''}: ${outcome}`,
      );
      for (const { kind, text } of result.problems) note(`  ${kind}: ${text}`);
    }
  } finally {
    await retire(run).finally(() => bench.stop());
  }
  const summary = summarizeCuts(seed, results);
  const hasProblems = results.some(({ problems }) => problems.length > 0);
  if (values.json === true) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else process.stdout.write(`${renderCutTable(results)}\n\n${JSON.stringify(summary)}\n${describeMachine()}\n`);
  if (hasProblems) note(`to see it again: npm run test:power -- --cuts ${String(cuts)} --seed ${String(seed)}`);
  process.exitCode = hasProblems ? 1 : 0;
}

let asked: ReturnType<typeof readPlan> | undefined;
try {
  asked = readPlan();
} catch (error) {
  note(`test:power: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
if (asked !== undefined) await main(asked);
