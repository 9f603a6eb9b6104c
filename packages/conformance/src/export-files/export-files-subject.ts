import type { ExportFiles } from '@k4e/core/ports';

/** Things of a file system that are neither files nor directories. */
export type SpecialKind = 'pipe' | 'socket' | 'device';

/** Exports under test, and the hands of the workloads that write to them. Parents of paths are made as needed. */
export interface ExportFilesSubject {
  readonly files: ExportFiles;
  /** Writes a file whole: into the file that is there, else a new one. */
  write(workload: string, path: string, content: string): Promise<void>;
  append(workload: string, path: string, content: string): Promise<void>;
  /** Puts another file in the place of one, as a rename does. */
  replace(workload: string, path: string, content: string): Promise<void>;
  remove(workload: string, path: string): Promise<void>;
  /** Makes a symbolic link with `target` as its text. */
  link(workload: string, path: string, target: string): Promise<void>;
  makeDirectory(workload: string, path: string): Promise<void>;
  makeSpecial(workload: string, path: string, kind: SpecialKind): Promise<void>;
  /** Makes a file in `directory` whose name is not UTF-8. */
  makeUnnameable(workload: string, directory: string): Promise<void>;
  /** Makes the disk fail for that workload; the result repairs it. */
  failDisk(workload: string): Promise<() => Promise<void>>;
  /** What the implementation holds open now: files, directories, anything. Watches do not count. */
  openCount(): number;
  /** Everything that the test made is gone afterwards. */
  dispose(): Promise<void>;
}

/** What the suite is run over. */
export interface ExportFilesContractOptions {
  /** Called before each test. */
  createSubject(): Promise<ExportFilesSubject>;
  /** The special things that the subject can make, at least one. */
  readonly specials: readonly SpecialKind[];
}

/** Gives the subject of the test that runs. */
export type CurrentSubject = () => ExportFilesSubject;
