/** Small files that people write. */
export { readTextFile } from './read-text-file.ts';
