import { MAX_EXPORT_LINKS } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import type { CurrentSubject, SpecialKind } from './export-files-subject.ts';
import { codeOf, filesOf, textOf, walkAll } from './walked.ts';

/** Links that stay within the export. */
export function describeInnerLinks(subject: CurrentSubject): void {
  test.each([
    ['beside it', 'd/link', 'a'],
    ['below', 'link', 'd/a'],
    ['above', 'd/e/link', '../a'],
    ['by a detour', 'd/e/link', './/../../d/e/../a'],
    ['as the container names it', 'd/e/link', '/export/d/a'],
    ['as the container names it, by a detour', 'd/e/link', '/export//d/./e/../a'],
    ['through a link to a directory', 'link', 'd-link/a'],
  ])('a link to a file %s counts as a file at its own path', async (_where, path, target) => {
    await subject().write('web', 'd/a', 'content');
    await subject().link('web', 'd-link', 'd');
    await subject().makeDirectory('web', 'd/e');
    await subject().link('web', path, target);
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    const [real, link] = ['d/a', path].map((name) => files.find((file) => file.path === name));
    expect(files).toHaveLength(2);
    expect(link).toEqual({ ...real, path });
    expect(refused).toEqual([]);
    expect(await textOf(subject().files, 'web', path)).toBe('content');
  });

  test('links to links are followed, as many as Linux does, and no more', async () => {
    await subject().write('web', 'f', 'content');
    await subject().link('web', 'l1', 'f');
    for (let count = 2; count <= MAX_EXPORT_LINKS + 1; count++)
      await subject().link('web', `l${count}`, `l${count - 1}`);
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files).toHaveLength(MAX_EXPORT_LINKS + 1);
    expect(refused.map(({ path }) => path)).toEqual([`l${MAX_EXPORT_LINKS + 1}`]);
    expect(await textOf(subject().files, 'web', `l${MAX_EXPORT_LINKS}`)).toBe('content');
    expect(await codeOf(subject().files.open('web', `l${MAX_EXPORT_LINKS + 1}`))).toBe('INVALID_INPUT');
  });

  test('links to directories are not followed when a walk meets them, and that is no error', async () => {
    await subject().write('web', 'd/a', '1');
    await subject().link('web', 'link', 'd');
    await subject().link('web', 'd/self', '.');
    await subject().link('web', 'd/up', '..');
    await subject().link('web', 'whole', '/export');
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files.map(({ path }) => path)).toEqual(['d/a']);
    expect(refused).toEqual([]);
    expect(await codeOf(subject().files.open('web', 'link'))).toBe('NOT_FOUND');
  });

  test('a walk that is asked for what links lead to sees it, at the path that was asked for', async () => {
    await subject().write('web', 'releases/5/logs/a', '1');
    await subject().link('web', 'releases/5/logs/b', '../../../other');
    await subject().write('web', 'other', '22');
    await subject().link('web', 'current', 'releases/5');
    expect(await filesOf(subject().files, 'web', 'current/logs')).toEqual(['current/logs/a', 'current/logs/b']);
    expect(await filesOf(subject().files, 'web', 'current/logs/b')).toEqual(['current/logs/b']);
    expect(await textOf(subject().files, 'web', 'current/logs/b')).toBe('22');
  });

  test('a link to what is not there is nothing', async () => {
    await subject().link('web', 'link', 'missing/file');
    await subject().link('web', 'other', '/export/missing');
    await subject().write('web', 'file', '1');
    await subject().link('web', 'through', 'file/x');
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files.map(({ path }) => path)).toEqual(['file']);
    expect(refused).toEqual([]);
    expect(await codeOf(subject().files.open('web', 'link'))).toBe('NOT_FOUND');
  });
}

/** Links that do not. */
export function describeRefusedLinks(subject: CurrentSubject, specials: readonly SpecialKind[]): void {
  test.each([
    ['an absolute path of the host', '/etc/hostname'],
    ['the root of the host', '/'],
    ['the way up', '../..'],
    ['another workload', '../../db/a'],
    ['out and in again', '../../web/a'],
    ['another workload, as if below the export', '/export/../db/a'],
    ['a path that only looks like the export', '/exported/a'],
    ['out, through another link', 'hop/a'],
    ['what is not there, outside', '/nowhere/at/all'],
    ['an open file of this process', '/proc/self/fd/0'],
    ['a device', '/dev/zero'],
  ])('a link to %s is refused by walks and by open', async (_what, target) => {
    await subject().write('web', 'a', '1');
    await subject().write('db', 'a', 'secret');
    await subject().link('web', 'd/hop', '../../db');
    await subject().link('web', 'd/link', target);
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files.map(({ path }) => path)).toEqual(['a']);
    expect(refused.map(({ path }) => path)).toEqual(['d/hop', 'd/link']);
    const alone = await walkAll(subject().files, 'web', 'd/link');
    expect(alone).toMatchObject({ files: [], refused: [{ path: 'd/link' }] });
    expect(await codeOf(subject().files.open('web', 'd/link'))).toBe('INVALID_INPUT');
  });

  test('nothing is found by a way through a link that leads out', async () => {
    await subject().write('db', 'd/a', 'secret');
    await subject().link('web', 'out', '../db');
    expect(await walkAll(subject().files, 'web', 'out/d')).toMatchObject({ files: [], refused: [{ path: 'out/d' }] });
    expect(await codeOf(subject().files.open('web', 'out/d/a'))).toBe('INVALID_INPUT');
  });

  test('links in a circle are refused', async () => {
    await subject().link('web', 'a', 'b');
    await subject().link('web', 'b', 'a');
    await subject().link('web', 'self', 'self/self');
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files).toEqual([]);
    expect(refused.map(({ path }) => path)).toEqual(['a', 'b', 'self']);
    expect(await codeOf(subject().files.open('web', 'self'))).toBe('INVALID_INPUT');
  });

  test.each(specials)('a link to a %s is refused', async (kind) => {
    await subject().makeSpecial('web', 'special', kind);
    await subject().link('web', 'link', 'special');
    const { refused } = await walkAll(subject().files, 'web', '.');
    expect(refused.map(({ path }) => path)).toEqual(['link', 'special']);
    expect(await codeOf(subject().files.open('web', 'link'))).toBe('INVALID_INPUT');
  });
}
