import * as z from 'zod';
import { MAX_HARDWARE_ITEMS, MAX_LONG_TEXT, MAX_SHORT_TEXT } from './limits.ts';
import { wireFlag, wireInt, wireList, wireNumber, wireObject, wireOptionalList, wireText } from './wire-types.ts';

const text = () => wireText(MAX_SHORT_TEXT);
const texts = () => wireList(z.string().max(MAX_SHORT_TEXT), MAX_HARDWARE_ITEMS);

const interfaceSchema = z.object({
  name: text(),
  mac_address: text(),
  vendor: text(),
  product: text(),
  biosdevname: text(),
  client_id: text(),
  mtu: wireInt(),
  speed_mbps: wireInt(),
  has_carrier: wireFlag(),
  flags: texts(),
  ipv4_addresses: texts(),
  ipv6_addresses: texts(),
});

const diskSchema = z.object({
  id: text(),
  drive_type: text(),
  vendor: text(),
  name: text(),
  path: text(),
  hctl: text(),
  by_path: text(),
  by_id: text(),
  model: text(),
  wwn: text(),
  serial: text(),
  smart: wireText(MAX_LONG_TEXT),
  size_bytes: wireInt(),
  bootable: wireFlag(),
  is_installation_media: wireFlag(),
  io_perf: wireObject(z.object({ sync_duration: wireInt() })),
});

const gpuSchema = z.object({ vendor: text(), vendor_id: text(), device_id: text(), name: text(), address: text() });

/**
 * What a device is made of (wire: hardware-info, snake_case in every version). Everything may be missing: a part that is
 * absent or null was not told, which with `scope: delta` means that it has not changed; an empty list means that there are none.
 */
export const hardwareInfoSchema = z.object({
  hostname: text(),
  interfaces: wireOptionalList(interfaceSchema, MAX_HARDWARE_ITEMS),
  disks: wireOptionalList(diskSchema, MAX_HARDWARE_ITEMS),
  boot: wireObject(z.object({ current_boot_mode: text(), pxe_interface: text() })),
  system_vendor: wireObject(
    z.object({ serial_number: text(), product_name: text(), manufacturer: text(), virtual: wireFlag() }),
  ),
  memory: wireObject(z.object({ physical_bytes: wireInt(), usable_bytes: wireInt() })),
  cpu: wireObject(
    z.object({
      count: wireInt(),
      frequency: wireNumber(),
      flags: texts(),
      model_name: text(),
      architecture: text(),
    }),
  ),
  gpus: wireOptionalList(gpuSchema, MAX_HARDWARE_ITEMS),
});

/** Hardware as it is sent: any part may be left out. */
export type HardwareInfo = z.input<typeof hardwareInfoSchema>;
/** Hardware as it was read. */
export type ReceivedHardwareInfo = z.output<typeof hardwareInfoSchema>;
