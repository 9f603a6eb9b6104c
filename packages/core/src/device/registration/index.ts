/**
 * Registration: telling the control plane that this device exists, and what it is made of. Registering again is always
 * fine, so it is done whenever the control plane says that it does not know the device.
 */
export { FORGOTTEN_SPREAD_MS, REGISTRATION_BACKOFF, Registrar, UNKNOWN_OS_IMAGE } from './registrar.ts';
export type { RegistrarParts } from './registrar.ts';
