import { createHash } from 'node:crypto';

const DIGEST_LENGTH = 12;

/** What a part that is made by a recipe is cached under: another recipe is another part. */
export function recipeDigest(recipe: unknown): string {
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, DIGEST_LENGTH);
}
