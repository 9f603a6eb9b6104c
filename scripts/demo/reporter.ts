/** The steps of the demo, in their order. */
export type StepName =
  'registered' | 'matched' | 'delivered' | 'port-opened' | 'running' | 'served' | 'status' | 'uploaded';

/** Tells people, or programs, how the demo goes. */
export interface Reporter {
  /** Something that is no step: set-up, hints. Never on standard output with `--json`. */
  note(line: string): void;
  passed(step: StepName, ms: number, details: string): void;
  failed(step: StepName, ms: number, cause: string): void;
}

const STEP_WIDTH = 'port-opened'.length;

/** Lines for people on standard output. */
function createTextReporter(): Reporter {
  const line = (mark: string, step: string, ms: number, words: string): void =>
    void process.stdout.write(
      `${mark} ${step.padEnd(STEP_WIDTH)} ${(ms / 1_000).toFixed(2).padStart(6)} s  ${words}\n`,
    );
  return {
    note: (text) => void process.stdout.write(`  ${text}\n`),
    passed: (step, ms, details) => line('✓', step, ms, details),
    failed: (step, ms, cause) => line('✗', step, ms, cause),
  };
}

/** One line of JSON per step on standard output; notes go to standard error. */
function createJsonReporter(): Reporter {
  const line = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    note: (text) => void process.stderr.write(`${text}\n`),
    passed: (step, ms) => line({ step, ok: true, ms: Math.round(ms) }),
    failed: (step, ms, cause) => line({ step, ok: false, ms: Math.round(ms), cause }),
  };
}

/** The reporter that the flags ask for. */
export function createReporter({ json }: { readonly json: boolean }): Reporter {
  return json ? createJsonReporter() : createTextReporter();
}
