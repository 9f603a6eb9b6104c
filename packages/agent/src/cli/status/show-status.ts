import { errorText } from '@k4e/core';
import type { AgentUser } from '../../config/index.ts';
import { readAddresses } from '../../host/hardware/index.ts';
import { isAlive } from '../../host/processes/index.ts';
import { readServiceStates } from '../../host/service-manager/index.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Output } from '../parse-flags.ts';
import { makeReport } from './make-report.ts';
import type { ReportParts } from './make-report.ts';
import { parseStatusFlags } from './parse-status-flags.ts';
import { renderScreen, renderText } from './render-report.ts';
import type { ScreenSize } from './render-report.ts';

/** Where it is printed; what it says of itself it says if it is a terminal. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What `k4e-agent status` has from the process it runs in. */
export interface StatusProgram extends Output {
  /** The command line, without `k4e-agent status`. */
  readonly args: readonly string[];
  readonly user: AgentUser;
  readonly terminal: Terminal;
  /** Default: this machine's. */
  readonly parts?: ReportParts;
}

const MACHINE: ReportParts = { isAlive, readServiceStates, readAddresses };
/** Letters are as large as a console can have them there. */
const SMALL_SCREEN = { columns: 40, rows: 15 };
/** Wider lines are hard to read. */
const WIDEST_SCREEN = 80;
/** The cursor goes, the screen is never darkened, and everything on it and before it is cleared (wire: Linux console, `console_codes(4)`). */
const CLEAR_SCREEN = '\u001b[?25l\u001b[9;0]\u001b[14;0]\u001b[H\u001b[2J\u001b[3J';

/** A terminal that does not know its size says 0. */
function sizeOf({ columns = 0, rows = 0 }: Terminal): ScreenSize {
  const size = columns > 0 && rows > 0 ? { columns, rows } : SMALL_SCREEN;
  return { ...size, columns: Math.min(size.columns, WIDEST_SCREEN) };
}

/** The program `k4e-agent status`, from its command line to its exit status. Never rejects. */
export async function showStatus(program: StatusProgram): Promise<ExitCode> {
  const { args, user, terminal, parts = MACHINE, out, err } = program;
  const flags = parseStatusFlags(args, program);
  if (typeof flags === 'number') return flags;
  try {
    const report = await makeReport(flags, user, parts);
    if (flags.isJson) out(`${JSON.stringify(report)}\n`);
    else if (!flags.isScreen) out(`${renderText(report).join('\n')}\n`);
    else {
      const { isTTY = false } = terminal;
      const lines = renderScreen(report, sizeOf(terminal));
      // No line end after the last: the screen would scroll.
      out(isTTY ? CLEAR_SCREEN + lines.join('\r\n') : `${lines.join('\n')}\n`);
    }
    return report.isRunning ? EXIT_CODES.done : EXIT_CODES.notRunning;
  } catch (error) {
    err(`k4e-agent status: the status cannot be read: ${errorText(error)}\n`);
    return EXIT_CODES.failed;
  }
}
