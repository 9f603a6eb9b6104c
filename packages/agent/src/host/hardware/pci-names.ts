import type { SystemFiles } from './system-files.ts';
import { wireValue } from './system-files.ts';

const FILES = ['usr/share/misc/pci.ids', 'usr/share/hwdata/pci.ids'];
const MAX_BYTES = 4_194_304;

/** Names for PCI ids, each of four lower-case hex digits. */
export interface PciNames {
  vendor(vendorId: string): string | undefined;
  device(vendorId: string, deviceId: string): string | undefined;
}

/** Looks the devices up in the machine's `pci.ids`: a vendor a line, below it its devices, indented by one tab. */
export async function readPciNames(
  files: SystemFiles,
  devices: readonly { readonly vendorId: string; readonly deviceId: string }[],
): Promise<PciNames> {
  const wanted = new Set(devices.flatMap(({ vendorId, deviceId }) => [vendorId, `${vendorId}:${deviceId}`]));
  const names = new Map<string, string>();
  let vendorId = '';
  for (const line of ((await readFirst(files)) ?? '').split('\n')) {
    const [, indent, id = '', name] = /^(\t?)([0-9a-f]{4}) {2}(.+)$/.exec(line) ?? [];
    if (indent === '') vendorId = id;
    const key = indent === '' ? id : `${vendorId}:${id}`;
    const value = wireValue(name);
    if (value !== undefined && wanted.has(key)) names.set(key, value);
  }
  return {
    vendor: (id) => names.get(id),
    device: (vendor, device) => names.get(`${vendor}:${device}`),
  };
}

async function readFirst(files: SystemFiles): Promise<string | undefined> {
  for (const path of FILES) {
    const text = await files.text(path, MAX_BYTES);
    if (text !== undefined) return text;
  }
  return undefined;
}
