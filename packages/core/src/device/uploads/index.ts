/**
 * Uploads: the files that workloads leave in their exports come to the bucket of the device. What is to be done about a
 * file is decided from a journal, not by asking the bucket; deciding is pure.
 */
export { ANY_REGION, bucketIdentity, readBucket } from './read-bucket.ts';
export type { BucketReading } from './read-bucket.ts';
export { isObjectKey, listedPrefixes, objectKey, readUploadPath } from './object-key.ts';
export type { UploadPath } from './object-key.ts';
export { NO_UPLOADS } from './upload-target.ts';
export type { UploadTarget, UploadWorkload } from './upload-target.ts';
export { DEFAULT_UPLOAD_SECONDS, readUploads } from './read-uploads.ts';
export { SETTLE_MS, createSteadyClock, isSettled } from './settled-files.ts';
export type { SettleMoment, SteadyClock } from './settled-files.ts';
export { isSameFile, planUpload } from './plan-upload.ts';
export type { FileOrigin, Transfer, UploadCircumstances, UploadPlan } from './plan-upload.ts';
export { createMissingUploads } from './device-uploads.ts';
export type { DeviceUploads } from './device-uploads.ts';
export { UploadEngine } from './upload-engine.ts';
export type { UploadEngineParts } from './upload-engine.ts';
export type { UploadProblem } from './upload-problem.ts';
export type { UploadReport } from './upload-report.ts';
export { UPLOADS_DOCUMENT } from './upload-roster.ts';
