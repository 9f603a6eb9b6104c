import { stopAll } from './stop-all.ts';

/** Takes how the step that was just done is undone. */
export type Undo = (step: () => Promise<void>) => void;

/** Something that was started, and ends. */
export interface Stoppable {
  /** Undoes all steps, the last first, once. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts something in steps, each of which says how it is undone. If a step fails, those before are undone, and the failure is
 * thrown; else all are undone by `stop()`.
 */
export async function startInSteps<T extends object>(start: (undo: Undo) => Promise<T>): Promise<T & Stoppable> {
  const steps: (() => Promise<void>)[] = [];
  const undoAll = (): Promise<void> => stopAll([...steps].reverse());
  try {
    const started = await start((step) => steps.push(step));
    let stopping: Promise<void> | undefined;
    return { ...started, stop: () => (stopping ??= undoAll()) };
  } catch (error) {
    await undoAll().catch(() => undefined);
    throw error;
  }
}
