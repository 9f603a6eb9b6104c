import type { StatusFile } from '../../host/status/index.ts';
import type { StatusReport } from './status-report.ts';
import { cutLine, wrapText } from './wrap-text.ts';

/** What a screen has room for. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

type Running = Extract<StatusReport, { readonly isRunning: true }>;
type Workload = StatusFile['workloads']['list'][number];

const STATE_WORDS = {
  unknown: 'not known yet',
  connected: 'reached',
  waiting: 'not reached',
  'unknown-device': 'reached, not registered yet',
} as const;

/** Rows from which on there is room for details. */
const TALL_ROWS = 20;
/** Lines of a message on a small screen, and on a tall one. */
const DETAIL_LINES = { small: 2, tall: 4 };
const MAX_TROUBLES_SHOWN = 2;
const LABEL_COLUMNS = 16;

/** A report in lines for a terminal, with everything in it. Pure. */
export function renderText(report: StatusReport): readonly string[] {
  const { url } = report.controlPlane;
  const line = (name: string, value: string): string => name.padEnd(LABEL_COLUMNS) + value;
  const addresses = report.addresses.map((entry) => `${entry.address} (${entry.interface})`).join(', ') || 'none';
  const lastError = lastErrorOf(report).map((text) => line('last error', text));
  if (!report.isRunning) {
    return [
      line('device', report.deviceId ?? 'without a name'),
      line('agent', report.headline),
      ...report.advice.map((sentence) => line('', sentence)),
      ...(url === undefined ? [] : [line('control plane', url)]),
      line('addresses', addresses),
      ...lastError,
    ];
  }
  const { controlPlane, configuration, workloads, troubles, agent, time } = report;
  const state = [STATE_WORDS[controlPlane.state], `since ${minuteOf(controlPlane.since)}`];
  return [
    line('device', report.deviceId),
    line('control plane', [...state, ...(url === undefined ? [] : [url])].join(', ')),
    ...(controlPlane.cause === undefined ? [] : [line('', controlPlane.cause)]),
    line('addresses', addresses),
    line('configuration', configuration.version ?? 'none yet'),
    line('workloads', `${workloads.running} of ${workloads.wanted} running`),
    ...workloads.list.map((workload) => `  ${workload.name}: ${fateOf(workload)}`),
    ...troubles.map(({ part, message }) => line('problem', `${part}: ${message}`)),
    ...lastError,
    line('agent', `${agent.version}, process ${agent.pid}; this is of ${time}`),
  ];
}

/**
 * A report for a screen that is read from afar: at most `rows` lines of `columns` characters, in ASCII, nothing but text. What
 * is amiss comes first, and what there is no room for is counted. Pure.
 */
export function renderScreen(report: StatusReport, size: ScreenSize): readonly string[] {
  const lines = report.isRunning ? runningLines(report, size) : absentLines(report, size);
  return lines.slice(0, size.rows).map((text) => cutLine(toAscii(text), size.columns).trimEnd());
}

function runningLines(report: Running, size: ScreenSize): readonly string[] {
  const { columns, rows } = size;
  const details = detailLines(size);
  const { controlPlane, workloads, troubles } = report;
  const head = [
    ...titleOf(report, columns),
    `CONTROL PLANE: ${STATE_WORDS[controlPlane.state].toUpperCase()}`,
    ...(controlPlane.url === undefined ? [] : [controlPlane.url]),
    `since ${minuteOf(controlPlane.since)}`,
    ...wrapText(controlPlane.cause ?? '', columns, details),
    ...addressLines(report, columns),
  ];
  const tail = [
    ...troubles
      .slice(0, MAX_TROUBLES_SHOWN)
      .flatMap(({ part, message }) => wrapText(`PROBLEM: ${part}: ${message}`, columns, details)),
    ...lastErrorOf(report).flatMap((text) => wrapText(`LAST ERROR: ${text}`, columns, details + 1)),
  ];
  // The workloads have two lines, whatever else there is to say.
  const shownTail = tail.slice(0, Math.max(0, rows - head.length - 2));
  const heading = `WORKLOADS: ${workloads.running} OF ${workloads.wanted} RUNNING`;
  const listRows = rows - head.length - 1 - shownTail.length;
  return [...head, heading, ...listWorkloads(workloads.list, listRows), ...shownTail];
}

function absentLines(report: Exclude<StatusReport, Running>, size: ScreenSize): readonly string[] {
  const { columns, rows } = size;
  const title = [...titleOf(report, columns), `AGENT: ${report.headline.toUpperCase()}`];
  const { url } = report.controlPlane;
  const places = [...(url === undefined ? [] : [`CONTROL PLANE: ${url}`]), ...addressLines(report, columns)];
  const room = Math.max(1, rows - title.length - places.length);
  const advice = report.advice.flatMap((sentence, index) =>
    wrapText(sentence, columns, index === 0 ? Math.max(1, room - 2 * (report.advice.length - 1)) : 2),
  );
  const shown = advice.slice(0, room);
  const lastError = lastErrorOf(report).flatMap((text) =>
    wrapText(`LAST ERROR: ${text}`, columns, Math.max(0, room - shown.length)),
  );
  return [...title, ...shown, ...places, ...lastError];
}

function titleOf(
  { deviceId = 'without a name' }: { readonly deviceId?: string | undefined },
  columns: number,
): string[] {
  return [`k4e ${deviceId}`, '='.repeat(columns)];
}

function addressLines({ addresses }: StatusReport, columns: number): readonly string[] {
  const texts = addresses.map(({ address }) => address);
  return wrapText(`ADDRESS: ${texts.length === 0 ? 'none' : texts.join(' ')}`, columns, 2);
}

/** Those that do not run first; the last row counts what there is no room for. */
function listWorkloads(list: readonly Workload[], rows: number): readonly string[] {
  const isAmiss = ({ phase, reason }: Workload): boolean => phase !== 'Running' || reason !== undefined;
  const sorted = [...list.filter(isAmiss), ...list.filter((workload) => !isAmiss(workload))];
  const texts = sorted.map((workload) => ` ${workload.name}: ${fateOf(workload)}`);
  if (texts.length <= rows) return texts;
  return rows < 1 ? [] : [...texts.slice(0, rows - 1), ` and ${texts.length - rows + 1} more`];
}

function fateOf({ phase, reason, isWanted }: Workload): string {
  const words = isWanted ? phase : `${phase}, is being removed`;
  return reason === undefined ? words : `${words}: ${reason}`;
}

function lastErrorOf({ lastError }: StatusReport): readonly string[] {
  return lastError === undefined ? [] : [`${minuteOf(lastError.since)}: ${lastError.message}`];
}

function detailLines({ rows }: ScreenSize): number {
  return rows >= TALL_ROWS ? DETAIL_LINES.tall : DETAIL_LINES.small;
}

function minuteOf(time: string): string {
  return `${time.slice(0, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ')} UTC`;
}

/** Consoles have few letters, and what is wider than one column would break the lines. */
function toAscii(text: string): string {
  return text.replace(/[^\u0020-\u007e]/gu, '?');
}
