/** What the owner of a machine calls it: the tags file of yggdrasil, which the connection status repeats. */
export { MAX_TAGS_FILE_BYTES, createTagsFile } from './tags-file.ts';
export type { TagsFile, TagsFileOptions } from './tags-file.ts';
export { MAX_TAGS, MAX_TAG_LENGTH } from './read-tags.ts';
