/** The device of the upload benchmark. */
export const DEVICE = 'bench-device';
