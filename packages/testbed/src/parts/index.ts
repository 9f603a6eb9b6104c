/**
 * How a real part is found. For every part the same order: what an environment variable names, what is installed or was
 * cached, a pull of the usual image, a build. Each search says which way it took; one that fails says all it tried.
 */
export { findPart } from './find-part.ts';
export type { Attempt, FoundPart, PartSource, Way } from './find-part.ts';
export { PartUnavailableError } from './part-unavailable-error.ts';
export { defaultPartContext } from './part-context.ts';
export type { PartContext } from './part-context.ts';
export { PROGRESS_INTERVAL_MS, progressOnStderr, withProgress } from './progress.ts';
export type { Progress } from './progress.ts';
export { findGoProgram, pinnedVersion } from './go-program.ts';
export type { GoProgram } from './go-program.ts';
export { writeImageArchive } from './image-archive.ts';
export type { ImageDescription } from './image-archive.ts';
export { recipeDigest } from './recipe-digest.ts';
export { PLATFORM, openPartCache } from './part-cache.ts';
export type { PartCache } from './part-cache.ts';
export { LOCK_DEADLINE_SECONDS, withFileLock } from './file-lock.ts';
export { findProgram, isRoot, requirePrograms } from './installed-programs.ts';
export type { NeededProgram } from './installed-programs.ts';
