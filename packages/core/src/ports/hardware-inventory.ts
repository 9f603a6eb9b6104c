import type { HardwareInfo } from '../protocol/index.ts';
import type { CallOptions } from './call-options.ts';

/** What the device is made of. What cannot be read is left out; never rejects for missing parts. */
export interface HardwareInventory {
  collect(options?: CallOptions): Promise<HardwareInfo>;
}
