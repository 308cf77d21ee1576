import { domainToASCII } from 'node:url';
import { Signer } from '../signing.js';

/** Which of our two kinds of inbound address: answers of people, or reports of mail servers. */
export type AddressPurpose = 'reply' | 'bounce';

/** What one of our inbound addresses points at: a delivery, by the random half of its id. */
export interface AddressTarget {
  purpose: AddressPurpose;
  tenantId: string;
  /** 8 octets; `deliveries.handle`. */
  handle: Buffer;
}

const MAX_ADDRESS = 254;
const MAX_LOCAL = 64;
// RFC 5321 dot-string, with the letters and digits of all scripts that RFC 6531 adds.
const LOCAL = /^[\p{L}\p{N}!#$%&'*+\-/=?^_`{|}~]+(?:\.[\p{L}\p{N}!#$%&'*+\-/=?^_`{|}~]+)*$/u;
const NOT_IN_DOMAIN = /[\s\p{Cc}/:?#\\%]/u;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/**
 * One mail address as it may stand in an envelope, its domain in ASCII; null for anything else: lists, names, comments, quoted local parts,
 * address literals, line breaks.
 */
export function mailAddress(value: string): string | null {
  const text = value.trim();
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  if (at < 1 || Buffer.byteLength(local) > MAX_LOCAL || !LOCAL.test(local)) return null;
  // domainToASCII, being made for URLs, passes over line breaks and ends at a slash.
  if (NOT_IN_DOMAIN.test(text.slice(at + 1))) return null;
  const domain = domainToASCII(text.slice(at + 1));
  if (!DOMAIN.test(domain) || /^[\d.]+$/.test(domain)) return null;
  const address = `${local}@${domain}`;
  return Buffer.byteLength(address) > MAX_ADDRESS ? null : address;
}

/** `Acme <a@b.example>` or `a@b.example` in parts; null when the address is none. */
export function mailbox(value: string): { name: string; address: string } | null {
  const match = /^([^<>]*)<([^<>]*)>\s*$/.exec(value);
  const address = mailAddress(match?.[2] ?? value);
  return address === null ? null : { name: headerText((match?.[1] ?? '').replace(/^\s*"|"\s*$/g, '')), address };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

export function sameAddress(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

/** Text that may stand in a header: control characters, line breaks among them, become spaces. */
export function headerText(value: string): string {
  return value
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

const UUID_BYTES = 16;
const HANDLE_BYTES = 8;
const MAC_BYTES = 10;
const TOKEN = /^(reply|bounce)\+([a-z2-7]{55})@/i;

/**
 * The local part `reply+…` or `bounce+…` of a delivery: base32 of tenant, handle and an 80-bit MAC. 55 characters, so that the local part
 * keeps within 64 octets (RFC 5321, 4.5.3.1.1), and free of case, since servers on the way may change it. A signed link has
 * 64 characters and two cases, which is why addresses have a form of their own.
 */
export function tokenLocalPart(signer: Signer, purpose: AddressPurpose, tenantId: string, deliveryId: string): string {
  const body = Buffer.concat([uuid(tenantId), uuid(deliveryId).subarray(UUID_BYTES - HANDLE_BYTES)]);
  return `${purpose}+${base32(Buffer.concat([body, signer.shortMac(purpose, body, MAC_BYTES)]))}`;
}

/** What an address that we signed points at; null for every other address. The domain is not looked at: relays may rewrite it. */
export function openAddress(signer: Signer, address: string): AddressTarget | null {
  const match = TOKEN.exec(address);
  if (!match?.[1] || !match[2]) return null;
  const purpose = match[1].toLowerCase() === 'reply' ? 'reply' : 'bounce';
  const bytes = fromBase32(match[2].toLowerCase());
  const body = bytes.subarray(0, UUID_BYTES + HANDLE_BYTES);
  if (!signer.verifiesShortMac(purpose, body, bytes.subarray(body.length, body.length + MAC_BYTES))) return null;
  const hex = body.toString('hex', 0, UUID_BYTES);
  return {
    purpose,
    tenantId: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
    handle: Buffer.from(body.subarray(UUID_BYTES)),
  };
}

function uuid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  if (bytes.length !== UUID_BYTES) throw new Error('not a UUID');
  return bytes;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 base32 in lower case, without padding. */
function base32(bytes: Buffer): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) text += ALPHABET[(buffer >> (bits -= 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(buffer << (5 - bits)) & 31] : text;
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const character of text) {
    buffer = ((buffer << 5) | ALPHABET.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((buffer >> (bits -= 8)) & 255);
  }
  return Buffer.from(bytes);
}
