/** A real part that the tests run against cannot be had here. Its message says all that was tried. */
export class PartUnavailableError extends Error {
  override readonly name = 'PartUnavailableError';
  readonly part: string;
  /** One entry for each way, in the order in which they were tried. */
  readonly tried: readonly string[];

  constructor(part: string, tried: readonly string[]) {
    super(`${part} cannot be had here. Tried: ${tried.join('; ')}`);
    this.part = part;
    this.tried = tried;
  }
}
