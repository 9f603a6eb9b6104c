/** What a device's clock may be off, and a heartbeat on its way, before the times in it are told by our clock: a minute. */
export const CLOCK_TOLERANCE_MS = 60_000;
/** Two readings of a time through a wrong clock differ by how long the heartbeats were on their way. */
const SAME_TIME_MS = 5_000;

/**
 * A time that the device said, by the control plane's clock; `known` is what was made of it before, and stays when it is the same.
 */
export type DeviceTimes = (said: string | undefined, known?: string) => string | undefined;

/**
 * Reads the times in a heartbeat that was made at `heartbeatTime` by the device's clock and is there at `nowMs` by ours. One
 * that says no time is believed. One that was kept through an outage is taken for one with a wrong clock, until the next comes.
 */
export function readDeviceTimes(heartbeatTime: string | undefined, nowMs: number): DeviceTimes {
  const aheadMs = heartbeatTime === undefined ? 0 : Date.parse(heartbeatTime) - nowMs;
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return (said) => said;
  return (said, known) => {
    if (said === undefined) return undefined;
    const ms = Date.parse(said) - aheadMs;
    const isKnown = known !== undefined && Math.abs(Date.parse(known) - ms) < SAME_TIME_MS;
    return isKnown ? known : new Date(ms).toISOString();
  };
}
