import { PartUnavailableError, requirePrograms } from '../parts/index.ts';
import type { FoundPart, PartContext } from '../parts/index.ts';

const PART = 'image machine';

const UEFI_PROGRAM = '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd';
const UEFI_VARIABLES = '/usr/share/OVMF/OVMF_VARS_4M.ms.fd';

/**
 * The firmware of machines with UEFI: its program, and the content of its memory when it is new. It boots what Microsoft has
 * signed, and nothing else, as machines do that are bought.
 */
export const UEFI = { program: UEFI_PROGRAM, variables: UEFI_VARIABLES } as const;

/** The emulator, firmware with UEFI, and what looks at disks and FAT volumes. Fails with `PartUnavailableError`. */
export async function findImageMachine(context: PartContext): Promise<FoundPart> {
  if (process.arch !== 'x64') throw new PartUnavailableError(PART, ['installed: for x64 only']);
  const needed = [
    { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
    { program: 'mcopy', package: 'mtools' },
    { program: 'debugfs', package: 'e2fsprogs' },
    { program: 'mmdebstrap', package: 'mmdebstrap' },
    { program: 'OVMF_CODE_4M.secboot.fd', package: 'ovmf', paths: [UEFI_PROGRAM], isData: true },
  ];
  const location = (await requirePrograms(PART, needed, context)).get('qemu-system-x86_64') ?? '';
  return { name: PART, location, way: 'installed', description: `${PART}: installed, ${location}` };
}
