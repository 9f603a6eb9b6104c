import type { TestTree } from './test-tree.testing.ts';

/** Lines of a `key : value` file. */
const lines = (...pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([key, value]) => `${key}\t: ${value}`).join('\n') + '\n';

const core = (number: number, mhz: string): string =>
  lines(
    ['processor', `${number}`],
    ['vendor_id', 'GenuineIntel'],
    ['model name', 'Intel(R) Atom(TM) CPU  E3950 @ 1.60GHz'],
    ['cpu MHz', mhz],
    ['flags', 'fpu vme sse sse2 aes'],
  ) + '\n';

/** An industrial PC: UEFI, two network cards, a bond, a VLAN, a bridge, an NVMe and a SATA disk, a graphics chip. */
export const INDUSTRIAL_PC: TestTree = {
  'proc/cpuinfo': core(0, '1363.001') + core(1, '1594.500'),
  'proc/meminfo': 'MemTotal:        3936184 kB\nMemFree:          198404 kB\n',
  'proc/cmdline': 'BOOT_IMAGE=/vmlinuz root=/dev/sda2 BOOTIF=01-00-16-3e-aa-bb-cc quiet\n',
  'sys/firmware/efi': {},
  'sys/devices/system/cpu/cpufreq/policy0/cpuinfo_max_freq': '2000000\n',
  'sys/devices/system/cpu/cpufreq/boost': '1\n',
  'sys/devices/system/memory/block_size_bytes': '8000000\n',
  'sys/devices/system/memory/memory0': {},
  'sys/devices/system/memory/memory1': {},
  'sys/class/dmi/id/sys_vendor': 'Acme Industrial\n',
  'sys/class/dmi/id/product_name': 'Box 3000\n',
  'sys/class/dmi/id/product_serial': 'SN-0042\n',
  'sys/class/net/lo/flags': '0x9\n',
  'sys/class/net/eth0/device/vendor': '0x8086\n',
  'sys/class/net/eth0/device/device': '0x1533\n',
  'sys/class/net/eth0/address': '00:16:3e:aa:bb:cc\n',
  'sys/class/net/eth0/mtu': '1500\n',
  'sys/class/net/eth0/speed': '1000\n',
  'sys/class/net/eth0/carrier': '1\n',
  'sys/class/net/eth0/flags': '0x1003\n',
  'sys/class/net/eth1/device/vendor': '0x8086\n',
  'sys/class/net/eth1/flags': '0x1002\n',
  'sys/class/net/bond0/uevent': 'DEVTYPE=bond\nINTERFACE=bond0\n',
  'sys/class/net/eth0.7/uevent': 'DEVTYPE=vlan\nINTERFACE=eth0.7\n',
  'sys/class/net/br0/uevent': 'DEVTYPE=bridge\nINTERFACE=br0\n',
  'sys/block/loop0/size': '100\n',
  'sys/block/dm-0/size': '100\n',
  'sys/block/nvme0n1/device': {},
  'sys/block/nvme0n1/device/model': 'FastDisk 256            \n',
  'sys/block/nvme0n1/device/serial': 'NV1\n',
  'sys/block/nvme0n1/wwid': 'eui.0025385b\n',
  'sys/block/nvme0n1/size': '500118192\n',
  'sys/block/nvme0n1/queue/rotational': '0\n',
  'sys/block/sda/device/vendor': 'ATA     \n',
  'sys/block/sda/device/model': 'SpinDisk\n',
  'sys/block/sda/device/wwid': 'naa.5000c500\n',
  'sys/block/sda/device/scsi_device/0:0:0:0': {},
  'sys/block/sda/size': '1953525168\n',
  'sys/block/sda/queue/rotational': '1\n',
  'sys/block/sr0/device': {},
  'sys/block/sr0/size': '0\n',
  'dev/disk/by-id/ata-SpinDisk_1': { link: '../../sda' },
  'dev/disk/by-id/wwn-0x5000c500': { link: '../../sda' },
  'dev/disk/by-id/wwn-0x5000c500-part1': { link: '../../sda1' },
  'dev/disk/by-id/nvme-FastDisk_256_NV1': { link: '../../nvme0n1' },
  'dev/disk/by-id/nvme-eui.0025385b': { link: '../../nvme0n1' },
  'dev/disk/by-path/pci-0000:00:12.0-ata-1': { link: '../../sda' },
  'sys/bus/pci/devices/0000:00:02.0/class': '0x030000\n',
  'sys/bus/pci/devices/0000:00:02.0/vendor': '0x8086\n',
  'sys/bus/pci/devices/0000:00:02.0/device': '0x5A84\n',
  'sys/bus/pci/devices/0000:00:1f.0/class': '0x060100\n',
  'usr/share/misc/pci.ids':
    '# names\n1002  Other Vendor\n\t5a84  Not this one\n8086  Intel Corporation\n\t5a84  HD Graphics 505\n\t\t8086 2212  subsystem\n',
};

/** A board computer: Arm, a device tree instead of DMI, no PCI, its disk an SD card. */
export const BOARD_COMPUTER: TestTree = {
  'proc/cpuinfo':
    lines(['processor', '0'], ['BogoMIPS', '108.00'], ['Features', 'fp asimd crc32']) +
    '\n' +
    lines(['processor', '1'], ['Features', 'fp asimd crc32']) +
    '\n' +
    lines(['Hardware', 'BCM2835'], ['Model', 'Raspberry Pi 4 Model B Rev 1.4']),
  'proc/meminfo': 'MemTotal:        1893548 kB\n',
  'proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0',
  'proc/device-tree/serial-number': '10000000abcdef01\0',
  'sys/devices/system/cpu/cpufreq/policy0/cpuinfo_max_freq': '1500000\n',
  'sys/devices/system/cpu/cpufreq/policy4/cpuinfo_max_freq': '1800000\n',
  'sys/firmware/devicetree': {},
  'sys/block/mmcblk0/device': {},
  'sys/block/mmcblk0/device/serial': '0x1234\n',
  'sys/block/mmcblk0/size': '62333952\n',
  'sys/block/mmcblk0/queue/rotational': '0\n',
};
