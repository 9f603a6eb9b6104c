const MEMORY_DEVICE = 17;
const HEADER_BYTES = 4;
const SIZE_OFFSET = 0x0c;
const EXTENDED_SIZE_OFFSET = 0x1c;
const UNKNOWN = 0xffff;
const SEE_EXTENDED = 0x7fff;
const IN_KILOBYTES = 0x8000;
const KILOBYTE = 1_024;
const MEGABYTE = 1_048_576;

/**
 * Sum of the memory modules in a raw SMBIOS table (DMTF DSP0134, structures of type 17), in bytes. `undefined` when it names
 * none. A table that is cut short or broken counts up to there.
 */
export function memoryModuleBytes(table: Uint8Array): number | undefined {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  let sum = 0;
  for (let start = 0; start + HEADER_BYTES <= table.byteLength;) {
    const length = view.getUint8(start + 1);
    if (length < HEADER_BYTES || start + length > table.byteLength) break;
    if (view.getUint8(start) === MEMORY_DEVICE) sum += moduleBytes(view, start, length);
    start = endOfStrings(table, start + length);
  }
  return sum > 0 ? sum : undefined;
}

function moduleBytes(view: DataView, start: number, length: number): number {
  if (length < SIZE_OFFSET + 2) return 0;
  const size = view.getUint16(start + SIZE_OFFSET, true);
  if (size === UNKNOWN) return 0;
  if (size === SEE_EXTENDED) {
    return length < EXTENDED_SIZE_OFFSET + 4 ? 0 : view.getUint32(start + EXTENDED_SIZE_OFFSET, true) * MEGABYTE;
  }
  return size & IN_KILOBYTES ? (size & ~IN_KILOBYTES) * KILOBYTE : size * MEGABYTE;
}

/** Texts follow a structure, each ended by a zero byte, all of them by one more. */
function endOfStrings(table: Uint8Array, start: number): number {
  let end = start;
  while (end + 1 < table.byteLength && (table[end] !== 0 || table[end + 1] !== 0)) end++;
  return end + 2;
}
