/** What a unit of the device has used since it began, and has now. */
export interface UnitUsage {
  readonly rssMiB: number;
  /** The part of it that is no file. */
  readonly anonMiB: number;
  readonly cpuSeconds: number;
  /** Bytes that its control group has had written to disks. */
  readonly writtenBytes: number;
  /** How often a thread of it has gone to sleep by itself: each time it was woken before. */
  readonly sleeps: number;
}

/** What a device has used at a moment. */
export interface DeviceUsage {
  readonly uptimeSeconds: number;
  /** Bytes written to its disk, by whoever. */
  readonly writtenBytes: number;
  readonly units: ReadonlyMap<string, UnitUsage>;
}

/** What a unit uses of a device while nothing happens. */
export type UnitCost = Pick<UnitUsage, 'rssMiB' | 'anonMiB'> & {
  readonly cpuSecondsPerHour: number;
  readonly writtenKibPerHour: number;
  readonly wakeUpsPerSecond: number;
};

/** The units that are asked about: ours, the one that runs its pods, and the one that writes down what they say. */
export const UNITS = ['k4e-agent', 'podman', 'systemd-journald'] as const;

const KIB = 1_024;
const MICROSECONDS = 1_000_000;
const SECTOR_BYTES = 512;
const SECONDS_AN_HOUR = 3_600;

/** A program for the device's shell that tells what it has used: `name value` in lines. */
export const USAGE_SCRIPT = `
set -e
sum() { awk '{ total += $1 } END { printf "%d\\n", total }'; }
read -r uptime _ </proc/uptime
echo "uptime $uptime"
echo "sectors $(awk '{ print $7 }' /sys/block/vda/stat)"
for unit in ${UNITS.join(' ')}; do
  pid=$(systemctl show --property=MainPID --value "$unit")
  group=/sys/fs/cgroup/system.slice/$unit.service
  echo "$unit.rssKib $(awk '/^Rss:/ { print $2 }' "/proc/$pid/smaps_rollup")"
  echo "$unit.anonKib $(awk '/^Anonymous:/ { print $2 }' "/proc/$pid/smaps_rollup")"
  echo "$unit.cpuMicroseconds $(awk '/^usage_usec/ { print $2 }' "$group/cpu.stat")"
  echo "$unit.writtenBytes $(grep -o 'wbytes=[0-9]*' "$group/io.stat" | cut -d= -f2 | sum)"
  echo "$unit.sleeps $(cat /proc/$pid/task/*/status | awk '/^voluntary_ctxt_switches/ { print $2 }' | sum)"
done
`;

/** Reads what `USAGE_SCRIPT` has said. Throws for what it does not understand. */
export function readUsage(said: string): DeviceUsage {
  const values = new Map(said.trim().split('\n').map(readLine));
  const value = (name: string): number => {
    const found = values.get(name);
    if (found === undefined || !Number.isFinite(found)) throw new Error(`the device did not tell ${name}: ${said}`);
    return found;
  };
  const unitUsage = (unit: string): UnitUsage => ({
    rssMiB: value(`${unit}.rssKib`) / KIB,
    anonMiB: value(`${unit}.anonKib`) / KIB,
    cpuSeconds: value(`${unit}.cpuMicroseconds`) / MICROSECONDS,
    writtenBytes: value(`${unit}.writtenBytes`),
    sleeps: value(`${unit}.sleeps`),
  });
  return {
    uptimeSeconds: value('uptime'),
    writtenBytes: value('sectors') * SECTOR_BYTES,
    units: new Map(UNITS.map((unit) => [unit, unitUsage(unit)])),
  };
}

function readLine(line: string): readonly [string, number] {
  const [name = '', number = ''] = line.split(' ');
  return [name, Number(number === '' ? NaN : number)];
}

/** What the device was written to in all, by the hour. */
export function writtenKibPerHour(before: DeviceUsage, after: DeviceUsage): number {
  return rounded(perHour((after.writtenBytes - before.writtenBytes) / KIB, before, after));
}

/** What a unit costs, from what it had used at two moments; to a tenth. */
export function costOf(unit: string, before: DeviceUsage, after: DeviceUsage): UnitCost {
  const [first, last] = [before.units.get(unit), after.units.get(unit)];
  if (first === undefined || last === undefined) throw new Error(`nothing is known of ${unit}`);
  return {
    rssMiB: rounded(last.rssMiB),
    anonMiB: rounded(last.anonMiB),
    cpuSecondsPerHour: rounded(perHour(last.cpuSeconds - first.cpuSeconds, before, after)),
    writtenKibPerHour: rounded(perHour((last.writtenBytes - first.writtenBytes) / KIB, before, after)),
    wakeUpsPerSecond: rounded(perHour(last.sleeps - first.sleeps, before, after) / SECONDS_AN_HOUR),
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(1));
}

function perHour(amount: number, before: DeviceUsage, after: DeviceUsage): number {
  return (amount * SECONDS_AN_HOUR) / (after.uptimeSeconds - before.uptimeSeconds);
}
