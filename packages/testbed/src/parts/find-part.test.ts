import { describe, expect, it } from 'vitest';

import { findPart } from './find-part.ts';
import type { Attempt, PartSource, Way } from './find-part.ts';
import { PartUnavailableError } from './part-unavailable-error.ts';

describe('findPart', () => {
  it('takes the first way that leads there, and tries no other', async () => {
    const asked: Way[] = [];
    const sources = [
      source('environment', { missed: 'not set' }, asked),
      source('cached', { found: '/cache/etcd', from: '/cache' }, asked),
      source('built', { found: '/built/etcd', from: 'source' }, asked),
    ];
    expect(await findPart('etcd 3.6.16', sources, {})).toEqual({
      name: 'etcd 3.6.16',
      location: '/cache/etcd',
      way: 'cached',
      description: 'etcd 3.6.16: cached, /cache',
    });
    expect(asked).toEqual(['environment', 'cached']);
  });

  it('says all that was tried when none does, a failure among them', async () => {
    const sources: PartSource[] = [
      source('cached', { missed: 'none of this version' }),
      { way: 'built', attempt: () => Promise.reject(new Error('Go is not installed')) },
    ];
    const failure = await findPart('etcd 3.6.16', sources, {}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartUnavailableError);
    expect(failure).toMatchObject({
      part: 'etcd 3.6.16',
      tried: ['cached: none of this version', 'built: Go is not installed'],
      message: 'etcd 3.6.16 cannot be had here. Tried: cached: none of this version; built: Go is not installed',
    });
  });

  it('goes no other way when what the environment names fails', async () => {
    const asked: Way[] = [];
    const sources: PartSource[] = [
      { way: 'environment', attempt: () => Promise.reject(new Error('no such image')) },
      source('cached', { found: '/cache/image', from: '/cache' }, asked),
    ];
    await expect(findPart('device image', sources, {})).rejects.toThrow('no such image');
    expect(asked).toEqual([]);
  });

  it('ends when it is told to, and does not take that for a way that failed', async () => {
    const asked: Way[] = [];
    const controller = new AbortController();
    const stopped: PartSource = {
      way: 'pulled',
      attempt: () => {
        controller.abort(new Error('enough'));
        return Promise.reject(new Error('the pull was cut short'));
      },
    };
    const sources = [stopped, source('built', { found: '/built', from: 'source' }, asked)];
    await expect(findPart('device image', sources, { signal: controller.signal })).rejects.toThrow('enough');
    expect(asked).toEqual([]);
  });
});

function source(way: Way, attempt: Attempt, asked: Way[] = []): PartSource {
  return {
    way,
    attempt: () => {
      asked.push(way);
      return Promise.resolve(attempt);
    },
  };
}
