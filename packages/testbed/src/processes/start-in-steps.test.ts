import { describe, expect, it } from 'vitest';

import { startInSteps } from './start-in-steps.ts';

describe('startInSteps', () => {
  it('undoes the steps once, the last first', async () => {
    const undone: string[] = [];
    const started = await startInSteps((undo) => {
      for (const step of ['directory', 'process']) undo(() => Promise.resolve(void undone.push(step)));
      return Promise.resolve({ name: 'part' });
    });
    expect(started.name).toBe('part');
    expect(undone).toEqual([]);
    await Promise.all([started.stop(), started.stop()]);
    await started.stop();
    expect(undone).toEqual(['process', 'directory']);
  });

  it('undoes what was done when a step fails, and throws why', async () => {
    const undone: string[] = [];
    const failing = startInSteps((undo) => {
      undo(() => Promise.resolve(void undone.push('directory')));
      return Promise.reject(new Error('no such program'));
    });
    await expect(failing).rejects.toThrow('no such program');
    expect(undone).toEqual(['directory']);
  });

  it('undoes the others when one cannot be undone, and says so', async () => {
    const undone: string[] = [];
    const started = await startInSteps((undo) => {
      undo(() => Promise.resolve(void undone.push('directory')));
      undo(() => Promise.reject(new Error('still busy')));
      return Promise.resolve({});
    });
    await expect(started.stop()).rejects.toMatchObject({
      errors: [expect.objectContaining({ message: 'still busy' })],
    });
    expect(undone).toEqual(['directory']);
  });
});
