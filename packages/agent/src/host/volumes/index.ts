/** Where the host keeps the directories that workloads see as `/export`. */
export { createDirectoryVolumes } from './directory-volumes.ts';
