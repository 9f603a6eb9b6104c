import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';

/** PBKDF2 with SHA-256, then AES-256 in GCM (wire). */
const METHOD = 0x02;
const ROUNDS = 8_192;
const KEY_BYTES = 32;
const SALT_BYTES = 32;
const NONCE_BYTES = 8;
/** Longest text that is sealed in one piece (wire). */
const MAX_PIECE_BYTES = 16_384;
const LAST_PIECE = 0x80;

/**
 * Encrypts the body of an administrator's request that holds a secret, with the administrator's own secret key (wire: MinIO's
 * admin API). A method of its own for each: salt, method, nonce, then pieces, of which this is the only one.
 */
export function sealForAdmin(adminSecret: string, text: string): Buffer {
  const body = Buffer.from(text);
  if (body.byteLength > MAX_PIECE_BYTES) throw new Error('the text takes more than one piece');
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const key = pbkdf2Sync(adminSecret, salt, ROUNDS, KEY_BYTES, 'sha256');
  const header = sealPiece(key, nonce, 0, Buffer.alloc(0), Buffer.alloc(0));
  const piece = sealPiece(key, nonce, 1, body, Buffer.concat([Buffer.of(LAST_PIECE), header]));
  return Buffer.concat([salt, Buffer.of(METHOD), nonce, piece]);
}

function sealPiece(key: Buffer, nonce: Buffer, number: number, body: Buffer, associated: Buffer): Buffer {
  const counter = Buffer.alloc(4);
  counter.writeUInt32LE(number);
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.concat([nonce, counter])).setAAD(associated);
  return Buffer.concat([cipher.update(body), cipher.final(), cipher.getAuthTag()]);
}
