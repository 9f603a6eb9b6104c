/** A program that puts a file as its standard input says, and notes with what the put can be gone on with. */
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { BucketAccess } from '@k4e/core/ports';
import { createS3ObjectStore } from '@k4e/storage-s3';
import { memoryContent } from '../subjects/memory-content.ts';

interface Task {
  readonly access: BucketAccess;
  readonly key: string;
  readonly file: string;
  readonly noted: string;
}

const task = JSON.parse(await text(process.stdin)) as Task;
const content = memoryContent(await readFile(task.file));
const store = createS3ObjectStore(task.access);
await store.put(task.key, content, { onBegun: (resume) => writeFile(task.noted, resume) });
store.close();
