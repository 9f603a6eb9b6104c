/** Where systemd keeps the identity of a machine. */
export const MACHINE_ID_PATH = '/etc/machine-id';

const MACHINE_ID = /^[0-9a-f]{32}$/i;

/**
 * The device id of a machine: its machine id as a dashed, lower-case UUID, such as `242e48d0-286b-4170-9b97-95502066e6ae`
 * (wire: so do upstream's devices name themselves). `undefined` for a text that is no machine id, `uninitialized` among them.
 */
export function deviceIdOfMachine(machineId: string): string | undefined {
  const hex = machineId.trim().toLowerCase();
  if (!MACHINE_ID.test(hex)) return undefined;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
