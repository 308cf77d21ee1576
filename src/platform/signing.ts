import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config.js';

/** What a public link points at: no look-up is needed before the tenant is known. */
export interface LinkTarget {
  tenantId: string;
  id: string;
}

/** What a link may be used for; a token of one purpose is refused for any other. */
export type LinkPurpose =
  'survey' | 'open' | 'receipt' | 'me' | 'privacy' | 'unsubscribe' | 'reply' | 'bounce' | 'provider' | 'text';

const UUID_BYTES = 16;
const MAC_BYTES = 16;

/** Signs links and values with APP_SECRET; the first secret signs, all of them verify. */
@Injectable()
export class Signer {
  private readonly keys: Buffer[];

  constructor(config: Config) {
    this.keys = config.appSecrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'hearback links', 32)));
  }

  /** A token of 64 URL- and mail-safe characters (base64url): tenant, id and a 128-bit MAC. */
  link(purpose: LinkPurpose, target: LinkTarget): string {
    const body = Buffer.concat([uuidBytes(target.tenantId), uuidBytes(target.id)]);
    return Buffer.concat([body, this.mac(this.signingKey, purpose, body)]).toString('base64url');
  }

  /** The target of a token that we signed for this purpose, else null. */
  open(purpose: LinkPurpose, token: string): LinkTarget | null {
    if (!/^[A-Za-z0-9_-]{64}$/.test(token)) return null;
    const bytes = Buffer.from(token, 'base64url');
    const body = bytes.subarray(0, 2 * UUID_BYTES);
    const mac = bytes.subarray(2 * UUID_BYTES);
    if (!this.keys.some((key) => timingSafeEqual(this.mac(key, purpose, body), mac))) return null;
    return { tenantId: uuidText(body.subarray(0, UUID_BYTES)), id: uuidText(body.subarray(UUID_BYTES)) };
  }

  /** `value.mac` for small public values such as time stamps in hidden fields. */
  seal(purpose: string, value: string): string {
    return `${value}.${this.mac(this.signingKey, purpose, Buffer.from(value)).toString('base64url')}`;
  }

  /** The value of `seal`, else null. */
  unseal(purpose: string, sealed: string): string | null {
    const at = sealed.lastIndexOf('.');
    if (at < 0) return null;
    const value = sealed.slice(0, at);
    const mac = Buffer.from(sealed.slice(at + 1), 'base64url');
    if (mac.length !== MAC_BYTES) return null;
    return this.keys.some((key) => timingSafeEqual(this.mac(key, purpose, Buffer.from(value)), mac)) ? value : null;
  }

  /** A MAC of `bytes` (8 or more) octets for places too narrow for a link, such as the local part of a mail address. */
  shortMac(purpose: LinkPurpose, body: Buffer, bytes: number): Buffer {
    return this.mac(this.signingKey, purpose, body).subarray(0, bytes);
  }

  /** True when `mac` is a `shortMac` of `body` under any of our secrets. */
  verifiesShortMac(purpose: LinkPurpose, body: Buffer, mac: Buffer): boolean {
    return (
      mac.length >= 8 &&
      this.keys.some((key) => timingSafeEqual(this.mac(key, purpose, body).subarray(0, mac.length), mac))
    );
  }

  /** A keyed hash, e.g. of an address that must be recognized but not kept. 32 bytes. */
  hash(purpose: string, value: string): Buffer {
    return createHmac('sha256', this.signingKey).update(`${purpose}\0${value}`).digest();
  }

  /** `hash` under every secret, the signing one first: what was hashed before a new secret came is still recognized. */
  hashes(purpose: string, value: string): Buffer[] {
    return this.keys.map((key) => createHmac('sha256', key).update(`${purpose}\0${value}`).digest());
  }

  private get signingKey(): Buffer {
    const [first] = this.keys;
    if (!first) throw new Error('no APP_SECRET');
    return first;
  }

  private mac(key: Buffer, purpose: string, body: Buffer): Buffer {
    return createHmac('sha256', key).update(`${purpose}\0`).update(body).digest().subarray(0, MAC_BYTES);
  }
}

function uuidBytes(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  if (bytes.length !== UUID_BYTES) throw new Error('not a UUID');
  return bytes;
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
