/** What an unfinished put in parts is gone on with. */
export interface Resume {
  readonly uploadId: string;
  readonly partSizeBytes: number;
}

const FORMAT = /^1:(\d{1,9}):(\S{1,1024})$/;

/** Writes it down for `PutOptions.resume`. */
export function resumeText({ uploadId, partSizeBytes }: Resume): string {
  return `1:${String(partSizeBytes)}:${uploadId}`;
}

/** Reads it; `undefined` for a text that is none of ours. */
export function readResume(text: string): Resume | undefined {
  const match = FORMAT.exec(text);
  if (match === null) return undefined;
  return { partSizeBytes: Number(match[1]), uploadId: match[2] ?? '' };
}
