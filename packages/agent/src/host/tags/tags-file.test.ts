import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_TAGS, MAX_TAG_LENGTH, readTags } from './read-tags.ts';
import { MAX_TAGS_FILE_BYTES, createTagsFile } from './tags-file.ts';

const DEADLINE = { timeout: 20_000 };

describe('what a tags file says', () => {
  test('is texts, whatever kind of value they are', () => {
    const text = 'site = "north"\nrack = 7\nspare = false\nsince = 2026-01-02T03:04:05Z\n';
    expect(readTags(text)).toEqual({
      tags: { rack: '7', since: '2026-01-02T03:04:05.000Z', site: 'north', spare: 'false' },
      objections: [],
    });
  });

  test('is bounded, and what is left out is named', () => {
    const many = Array.from({ length: MAX_TAGS + 1 }, (_, n) => `t${String(n).padStart(3, '0')} = ${n}`).join('\n');
    const { tags, objections } = readTags(many);
    expect([Object.keys(tags).length, objections]).toEqual([MAX_TAGS, [`t064: more than ${MAX_TAGS} tags`]]);
    const long = readTags(
      `a = "${'x'.repeat(MAX_TAG_LENGTH + 1)}"\nb = "${'x'.repeat(MAX_TAG_LENGTH)}"\nlist = []\n[c]\n`,
    );
    expect([Object.keys(long.tags), long.objections.map((words) => words.split(':')[0])]).toEqual([
      ['b'],
      ['a', 'c', 'list'],
    ]);
  });
});

describe('a tags file', () => {
  let directory: string;
  let stop: AbortController;
  let following: Promise<void>;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-tags-'));
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await following;
    await rm(directory, { recursive: true });
  });

  function follow() {
    const path = join(directory, 'tags.toml');
    const logger = createMemoryLogger();
    const file = createTagsFile({ path, clock: createSystemClock(), logger });
    let changes = 0;
    following = file.follow({ signal: stop.signal, onChange: () => (changes += 1) });
    const put = async (text: string): Promise<void> => {
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
    };
    return { path, file, logger, put, changes: () => changes };
  }

  test('may come, change and go', async () => {
    const { path, file, put, changes } = follow();
    expect(file.current()).toEqual({});
    await put('site = "north"');
    await expect.poll(() => file.current(), DEADLINE).toEqual({ site: 'north' });
    await put('site = "south"');
    await expect.poll(() => file.current(), DEADLINE).toEqual({ site: 'south' });
    await rm(path);
    await expect.poll(() => file.current(), DEADLINE).toEqual({});
    expect(changes()).toBe(3);
  });

  test.each([
    ['no TOML', 'site = '],
    ['too large', '#'.repeat(MAX_TAGS_FILE_BYTES + 1)],
  ])('that is %s is told, and leaves the tags as they were', async (_, text) => {
    const { file, put, logger } = follow();
    await put('site = "north"');
    await expect.poll(() => file.current(), DEADLINE).toEqual({ site: 'north' });
    await put(text);
    await expect.poll(() => logger.lines.at(-1)?.message, DEADLINE).toBe('the tags file cannot be read');
    expect(file.current()).toEqual({ site: 'north' });
  });
});
