/** The kind of partition that every system shows to people, for the FAT volume: Microsoft's basic data. */
export const BASIC_DATA = 'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7';

/** What images of both formats are put together from; files by their names on the bench. */
export interface ImageParts {
  /** The name of the image: what boots looks for the medium that has it. */
  readonly imageId: string;
  /** The age of every file, in seconds since 1970. */
  readonly epochSeconds: number;
  /** Arguments of the kernel that the build adds. */
  readonly kernelArguments: readonly string[];
  /** The root. */
  readonly squashfs: string;
  /** The FAT volume for people. */
  readonly settingsVolume: string;
}
