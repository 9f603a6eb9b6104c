/** What images of both formats are put together from; files by their names on the bench. */
export interface ImageParts {
  /** The name of the image: what boots looks for the medium that has it. */
  readonly imageId: string;
  /** Arguments of the kernel that the build adds. */
  readonly kernelArguments: readonly string[];
  /** The root. */
  readonly squashfs: string;
  /** The FAT volume for people. */
  readonly settingsVolume: string;
}
