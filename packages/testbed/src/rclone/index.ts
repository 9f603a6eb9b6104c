/** rclone: what our uploads are measured against. */
export { findRclone } from './find-rclone.ts';
