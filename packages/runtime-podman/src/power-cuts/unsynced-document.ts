import * as z from 'zod';

/** Name of the state document that holds the notes. */
export const UNSYNCED_DOCUMENT = 'podman-unsynced';
/** Most changes that are noted at a time. Beyond, the oldest note goes: a device has fewer pods than that. */
export const MAX_UNSYNCED_CHANGES = 512;

const changeShape = z.object({ kind: z.enum(['pod', 'image']), name: z.string().min(1).max(1_024) });

/** Something that podman makes: a pod, or an image under that reference. */
export type StoreChange = z.infer<typeof changeShape>;

const documentShape = z.object({ bootId: z.string(), changes: z.array(changeShape).max(MAX_UNSYNCED_CHANGES) });

/** What was under way in one boot of the machine. */
export type UnsyncedDocument = z.infer<typeof documentShape>;

/** The bytes of a document: JSON in UTF-8. */
export function writeUnsyncedDocument(document: UnsyncedDocument): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

/** Reads the bytes of a document. Throws for what is none. */
export function readUnsyncedDocument(bytes: Uint8Array): UnsyncedDocument {
  return documentShape.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
}
