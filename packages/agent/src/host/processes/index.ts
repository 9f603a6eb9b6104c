/** Processes of this machine, told from others that had or will have their pid. */
export { identifyProcess, isAlive } from './process-identity.ts';
export type { ProcessIdentity } from './process-identity.ts';
