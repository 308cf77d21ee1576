import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../config.js';
import { AppError } from './errors.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{38,})$/;

/**
 * Keeps secrets that we must be able to read again (private keys, secrets of webhooks): AES-256-GCM under a key from APP_SECRET. The first
 * secret seals, all of them open. A sealed value names its key and is bound to its purpose, so it cannot be moved to another column.
 */
@Injectable()
export class Vault {
  private readonly log = new Logger('Vault');
  private readonly keys: { id: string; key: Buffer }[];

  constructor(config: Config) {
    this.keys = config.appSecrets.map((secret) => {
      const key = Buffer.from(hkdfSync('sha256', secret, '', 'hearback vault', 32));
      return { id: createHash('sha256').update('vault key id').update(key).digest('hex').slice(0, 8), key };
    });
  }

  /** `v1.<key id>.<nonce, ciphertext and tag in base64url>`. */
  seal(purpose: string, secret: string): string {
    const [current] = this.keys;
    if (!current) throw new Error('no APP_SECRET');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', current.key, nonce).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${current.id}.${sealed.toString('base64url')}`;
  }

  /**
   * @throws AppError 503 secret.unreadable when its secret is no longer in APP_SECRET, so that a provider whose request needs it tries again
   * @throws Error when the value was changed or is for another purpose
   */
  open(purpose: string, sealed: string): string {
    const match = FORM.exec(sealed);
    if (!match?.[1] || !match[2]) throw new Error(`not a sealed value (${purpose})`);
    const known = this.keys.find(({ id }) => id === match[1]);
    if (!known) {
      this.log.error({ msg: 'a sealed value whose secret is not in APP_SECRET', purpose, keyId: match[1] });
      throw new AppError(
        'unavailable',
        'secret.unreadable',
        'Hearback cannot read a secret that it keeps for this: its key is no longer in APP_SECRET. Enter the secret again, or put the old key back.',
      );
    }
    const bytes = Buffer.from(match[2], 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', known.key, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
  }
}
