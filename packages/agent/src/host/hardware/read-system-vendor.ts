import type { HardwareInfo } from '@k4e/core/protocol';
import type { SystemFiles } from './system-files.ts';

const DMI = 'sys/class/dmi/id';
const DEVICE_TREE = 'proc/device-tree';

/** Parts of product names that only virtual machines have (wire: the list of upstream). */
const VIRTUAL_PRODUCTS = ['KVM', 'VirtualBox', 'VMware', 'Virtual Machine', 'AHV', 'HVM domU'];
/** Manufacturers of nothing but virtual machines, whose product names do not say so. */
const VIRTUAL_MANUFACTURERS = ['QEMU'];

/** Who made the machine, from DMI or, on boards without it, the device tree. The serial number needs root. */
export async function readSystemVendor(files: SystemFiles): Promise<HardwareInfo['system_vendor']> {
  const manufacturer = await files.value(`${DMI}/sys_vendor`);
  const product = (await files.value(`${DMI}/product_name`)) ?? (await files.value(`${DEVICE_TREE}/model`));
  const serial = (await files.value(`${DMI}/product_serial`)) ?? (await files.value(`${DEVICE_TREE}/serial-number`));
  const isKnown = manufacturer !== undefined || product !== undefined;
  return {
    manufacturer,
    product_name: product,
    serial_number: serial,
    virtual: isKnown ? isVirtual(manufacturer, product) : undefined,
  };
}

function isVirtual(manufacturer = '', product = ''): boolean {
  return (
    VIRTUAL_PRODUCTS.some((part) => product.includes(part)) ||
    VIRTUAL_MANUFACTURERS.some((name) => manufacturer.includes(name))
  );
}
