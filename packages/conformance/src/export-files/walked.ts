import type { ExportFiles, ExportedFile, RefusedEntry } from '@k4e/core/ports';
import { errorCode } from '@k4e/core';

/** What a walk saw, all batches together, sorted by path. */
export interface Walked {
  readonly files: readonly ExportedFile[];
  readonly refused: readonly RefusedEntry[];
  readonly batchSizes: readonly number[];
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => (a.path < b.path ? -1 : 1);

/** Walks to the end. */
export async function walkAll(files: ExportFiles, workload: string, source: string): Promise<Walked> {
  const seen: ExportedFile[] = [];
  const refused: RefusedEntry[] = [];
  const batchSizes: number[] = [];
  for await (const batch of files.walk(workload, source)) {
    seen.push(...batch.files);
    refused.push(...batch.refused);
    batchSizes.push(batch.files.length + batch.refused.length);
  }
  return { files: seen.sort(byPath), refused: refused.sort(byPath), batchSizes };
}

/** The paths of all files that a walk sees, sorted. */
export async function filesOf(files: ExportFiles, workload: string, source = '.'): Promise<readonly string[]> {
  return (await walkAll(files, workload, source)).files.map(({ path }) => path);
}

/** The paths of all that a walk refuses, sorted. */
export async function refusedOf(files: ExportFiles, workload: string, source = '.'): Promise<readonly string[]> {
  return (await walkAll(files, workload, source)).refused.map(({ path }) => path);
}

/** The whole content of a file, as text. */
export async function textOf(files: ExportFiles, workload: string, path: string): Promise<string> {
  const file = await files.open(workload, path);
  try {
    const { sizeBytes } = await file.identify();
    return Buffer.from(await file.read(0, sizeBytes)).toString('utf8');
  } finally {
    await file.close();
  }
}

/** The code that a call rejects with; `undefined` when it resolves. */
export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(() => undefined, errorCode);
}
