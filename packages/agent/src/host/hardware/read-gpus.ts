import type { HardwareInfo } from '@k4e/core/protocol';
import { readPciNames } from './pci-names.ts';
import type { SystemFiles } from './system-files.ts';

const DEVICES = 'sys/bus/pci/devices';
/** First byte of the class of a display controller (PCI). */
const DISPLAY_CLASS = '0x03';

interface PciDevice {
  readonly address: string;
  readonly vendorId: string;
  readonly deviceId: string;
}

/** Display controllers on the PCI bus. Ids are four hex digits; names come from the machine's `pci.ids`, where it has one. */
export async function readGpus(files: SystemFiles): Promise<HardwareInfo['gpus']> {
  const found = await Promise.all((await files.names(DEVICES)).map((address) => readDisplay(files, address)));
  const displays = found.filter((device) => device !== undefined);
  if (displays.length === 0) return [];
  const names = await readPciNames(files, displays);
  return displays.map(({ address, vendorId, deviceId }) => ({
    address,
    vendor_id: vendorId,
    device_id: deviceId,
    vendor: names.vendor(vendorId),
    name: names.device(vendorId, deviceId),
  }));
}

async function readDisplay(files: SystemFiles, address: string): Promise<PciDevice | undefined> {
  const directory = `${DEVICES}/${address}`;
  if (!(await files.value(`${directory}/class`))?.startsWith(DISPLAY_CLASS)) return undefined;
  const vendorId = withoutPrefix(await files.value(`${directory}/vendor`));
  const deviceId = withoutPrefix(await files.value(`${directory}/device`));
  return { address, vendorId, deviceId };
}

function withoutPrefix(id: string | undefined): string {
  return (id ?? '').replace(/^0x/, '').toLowerCase();
}
