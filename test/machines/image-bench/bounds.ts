/** Where a device with SSH listens. */
export const SSH_PORT = 22;
/** The disk of a device, and what it has grown to. */
export const DISK_BYTES = 4 * 1_024 ** 3;
export const LARGER_DISK_BYTES = 6 * 1_024 ** 3;
/** What partitions begin and end at. */
export const FORMAT_BLOCK_BYTES = 1_048_576;
/** How long an image may take to be built, and a test of it to boot it some times: the processor is emulated. */
export const BUILD_DEADLINE_MS = 900_000;
export const TEST_DEADLINE_MS = 1_800_000;
