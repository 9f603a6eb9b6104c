import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CRD_DIRECTORY, crdDocuments } from './crd-documents.ts';

await mkdir(CRD_DIRECTORY, { recursive: true });
for (const { fileName, text } of crdDocuments()) await writeFile(join(CRD_DIRECTORY, fileName), text);
