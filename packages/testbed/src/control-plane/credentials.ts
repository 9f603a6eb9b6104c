import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes what the API server knows its callers by: a token of an administrator (group `system:masters`), and the key pair
 * that signs and checks the tokens of service accounts. Resolves with the administrator's token.
 */
export async function writeCredentials(directory: string): Promise<string> {
  const adminToken = randomBytes(24).toString('base64url');
  const keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(join(directory, 'tokens.csv'), `${adminToken},admin,admin,"system:masters"\n`, { mode: 0o600 });
  await writeFile(join(directory, 'service-account.key'), keys.privateKey, { mode: 0o600 });
  await writeFile(join(directory, 'service-account.pub'), keys.publicKey);
  return adminToken;
}
