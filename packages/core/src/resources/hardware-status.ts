import * as z from 'zod';

/** Most entries of any list of hardware parts, flags or addresses; as on the wire. */
const MAX_HARDWARE_PARTS = 1_024;

const text = (description: string) => z.string().max(65_536).optional().describe(description);
const int = (description: string) => z.int().optional().describe(description);
const flag = (description: string) => z.boolean().optional().describe(description);
const texts = (description: string) =>
  z.array(z.string().max(1_024)).max(MAX_HARDWARE_PARTS).optional().describe(description);

/** Hardware of a device as its status shows it: the wire's hardware-info with camelCase names. */
export const hardwareStatusSchema = z.strictObject({
  hostname: text('Host name of the device.'),
  boot: z
    .strictObject({
      currentBootMode: text('bios or uefi.'),
      pxeInterface: text('Interface it was booted from over the network.'),
    })
    .optional()
    .describe('How it was booted.'),
  cpu: z
    .strictObject({
      architecture: text('Such as x86_64.'),
      count: int('Number of processors.'),
      flags: texts('Features of the processor.'),
      frequency: text('In MHz, with two decimals.'),
      modelName: text('Model of the processor.'),
    })
    .optional()
    .describe('Processors.'),
  disks: z
    .array(
      z.strictObject({
        bootable: flag('Has a boot sector.'),
        byId: text('Path under /dev/disk/by-id.'),
        byPath: text('Path under /dev/disk/by-path.'),
        driveType: text('HDD, SSD and so on.'),
        hctl: text('SCSI host, channel, target, LUN.'),
        id: text('Stable identity: byId, byPath or path.'),
        ioPerf: z
          .strictObject({ syncDuration: int('99th percentile of a sync, in milliseconds.') })
          .optional()
          .describe('Measured speed.'),
        isInstallationMedia: flag('Holds an installer.'),
        model: text('Model.'),
        name: text('Kernel name, such as sda.'),
        path: text('Device path, such as /dev/sda.'),
        serial: text('Serial number.'),
        sizeBytes: int('Size in bytes.'),
        smart: text('SMART report as JSON text.'),
        vendor: text('Vendor.'),
        wwn: text('World-wide name.'),
      }),
    )
    .max(MAX_HARDWARE_PARTS)
    .optional()
    .describe('Disks.'),
  gpus: z
    .array(
      z.strictObject({
        address: text('PCI address.'),
        deviceId: text('PCI device id.'),
        name: text('Name.'),
        vendor: text('Vendor.'),
        vendorId: text('PCI vendor id.'),
      }),
    )
    .max(MAX_HARDWARE_PARTS)
    .optional()
    .describe('Graphics processors.'),
  interfaces: z
    .array(
      z.strictObject({
        biosdevname: text('Name by firmware.'),
        clientId: text('DHCP client id.'),
        flags: texts('Such as up, broadcast, multicast.'),
        hasCarrier: flag('A cable or link is present.'),
        ipv4Addresses: texts('In CIDR notation.'),
        ipv6Addresses: texts('In CIDR notation.'),
        macAddress: text('Hardware address.'),
        mtu: int('Largest packet in bytes.'),
        name: text('Such as eth0.'),
        product: text('PCI product id.'),
        speedMbps: int('Megabits per second; -1 when unknown.'),
        vendor: text('PCI vendor id.'),
      }),
    )
    .max(MAX_HARDWARE_PARTS)
    .optional()
    .describe('Network interfaces.'),
  memory: z
    .strictObject({ physicalBytes: int('Installed, in bytes.'), usableBytes: int('Usable by the system, in bytes.') })
    .optional()
    .describe('Memory.'),
  systemVendor: z
    .strictObject({
      manufacturer: text('Maker of the device.'),
      productName: text('Product.'),
      serialNumber: text('Serial number.'),
      virtual: flag('A virtual machine.'),
    })
    .optional()
    .describe('Maker and product.'),
});

/** Hardware of a device as its status shows it. */
export type HardwareStatus = z.infer<typeof hardwareStatusSchema>;
