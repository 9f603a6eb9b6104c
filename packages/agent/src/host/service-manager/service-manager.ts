import type { Clock } from '@k4e/core/ports';
import { naturalOf } from './natural-of.ts';

/** Hears of a program. Where there is no service manager nothing is heard, and nothing fails. */
export interface ServiceManager {
  /** The program is up; `status` is shown beside its name. From now on it is asked to show that it lives, until `stopping`. */
  ready(status: string): void;
  /** The program ends by itself. */
  stopping(): void;
}

/** What a service manager is reached by. */
export interface ServiceManagerOptions {
  /** The program's environment: `K4E_NOTIFY_FD`, `WATCHDOG_USEC` and `WATCHDOG_PID` are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly clock: Clock;
  /** Writes one datagram to a descriptor. What it throws is ignored: the next one comes soon. */
  readonly write: (fd: number, datagram: string) => void;
}

const US_PER_MS = 1_000;
/** Signs of life in the time in which systemd waits for one. */
const SIGNS_A_PERIOD = 2;
const LONGEST_STATUS = 256;

/** The service manager that an environment tells of (wire: sd_notify of systemd). */
export function createServiceManager({ env, pid, clock, write }: ServiceManagerOptions): ServiceManager {
  const fd = naturalOf(env.K4E_NOTIFY_FD);
  const intervalMs = watchdogIntervalMs(env, pid);
  let cancel: (() => void) | undefined;
  const tell = (...lines: readonly string[]): void => {
    if (fd === undefined) return;
    try {
      write(fd, lines.join('\n'));
    } catch {
      // Its queue is full, or it restarts: it has waited for less than a period yet.
    }
  };
  const showLife = (): void => {
    if (fd === undefined || intervalMs === undefined) return;
    cancel = clock.schedule(intervalMs, () => {
      tell('WATCHDOG=1');
      showLife();
    });
  };
  const stopShowing = (): void => {
    cancel?.();
    cancel = undefined;
  };
  return {
    ready: (status) => {
      stopShowing();
      tell('READY=1', `STATUS=${oneLine(status)}`);
      showLife();
    },
    stopping: () => {
      stopShowing();
      tell('STOPPING=1');
    },
  };
}

function watchdogIntervalMs(env: ServiceManagerOptions['env'], pid: number): number | undefined {
  const periodUs = naturalOf(env.WATCHDOG_USEC);
  const isForUs = env.WATCHDOG_PID === undefined || naturalOf(env.WATCHDOG_PID) === pid;
  return periodUs === undefined || !isForUs ? undefined : periodUs / US_PER_MS / SIGNS_A_PERIOD;
}

function oneLine(text: string): string {
  return text.split('\n').join('; ').slice(0, LONGEST_STATUS);
}
