import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomInt,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';

/** What a mail is signed with (RFC 6376). */
export interface DkimKey {
  /** `d=`: the domain of From, so that DMARC aligns however strict it is. */
  domain: string;
  /** `s=` */
  selector: string;
  /** PEM, or parsed. */
  privateKey: string | KeyObject;
}

/**
 * The header fields that a signature covers, when the mail has them. Both fields of one-click unsubscribe must be among them (RFC 8058, 4).
 * Message-ID, Date and MIME fields keep a signature from being moved to another mail.
 */
export const DKIM_HEADERS = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-language',
  'auto-submitted',
  'feedback-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
] as const;

const BITS = 2048;
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

const signAsync = promisify<string, Buffer, KeyObject, Buffer>(sign);

/** RSA, since a receiver need not know Ed25519 (RFC 8463); 2048 bits (RFC 8301, 3.2). Takes about a tenth of a second off the main thread. */
export async function newDkimKey(): Promise<{ selector: string; privateKey: string; publicKey: string }> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  // Random, since two organizations may send from one domain, each with its own key.
  const selector = `hb-${Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
  return { selector, privateKey, publicKey: publicKey.toString('base64') };
}

/** The TXT record for a key: its name and value. */
export function dkimRecord(domain: string, key: { selector: string; publicKey: string }) {
  return { name: `${key.selector}._domainkey.${domain}`, value: `v=DKIM1; k=rsa; p=${key.publicKey}` };
}

/**
 * Why a TXT record at the selector does not publish our key; null when it does. White space may stand anywhere, as DNS screens add it
 * (RFC 6376, 3.6.1).
 */
export function dkimProblem(
  record: string,
  publicKey: string,
): 'not_dkim' | 'revoked' | 'other_key' | 'testing' | null {
  const tags = new Map(
    record.split(';').flatMap((part): [string, string][] => {
      const at = part.indexOf('=');
      return at < 0 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).replace(/\s/g, '')]];
    }),
  );
  const key = tags.get('p');
  if (key === undefined || (tags.get('v') ?? 'DKIM1') !== 'DKIM1' || (tags.get('k') ?? 'rsa') !== 'rsa')
    return 'not_dkim';
  if (key === '') return 'revoked';
  if (!sameKey(key, publicKey)) return 'other_key';
  return (tags.get('t') ?? '').split(':').includes('y') ? 'testing' : null;
}

function sameKey(found: string, ours: string): boolean {
  if (found === ours) return true;
  try {
    // The same key may be written without its SPKI frame's padding.
    const der = (text: string) =>
      createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }).export({
        format: 'der',
        type: 'spki',
      });
    return der(found).equals(der(ours));
  } catch {
    return false;
  }
}

/**
 * A signer for one key: gives the `DKIM-Signature` header, with its CRLF, to stand in front of a finished message (CRLF line ends).
 * rsa-sha256, relaxed/relaxed (RFC 6376, 3.4). No `l=` and no `x=`: the whole body is covered, and old mail stays provable. The RSA work is done by
 * node's thread pool.
 */
export function dkimSigner(key: DkimKey): (message: Buffer, now?: Date) => Promise<string> {
  const privateKey = typeof key.privateKey === 'string' ? createPrivateKey(key.privateKey) : key.privateKey;
  return async (message, now = new Date()) => {
    const end = message.indexOf('\r\n\r\n');
    const head = message.toString('latin1', 0, end < 0 ? message.length : end + 2);
    const fields = head.split(/\r\n(?![ \t])/).flatMap((line): { name: string; value: string }[] => {
      const at = line.indexOf(':');
      return at < 1 ? [] : [{ name: line.slice(0, at).trimEnd().toLowerCase(), value: line.slice(at + 1) }];
    });
    // From the bottom up, each as often as it stands there, and From once more: a second one added later breaks the signature.
    const signed: string[] = [];
    const canonical: string[] = [];
    for (const name of DKIM_HEADERS)
      for (const field of fields.filter((one) => one.name === name).toReversed()) {
        signed.push(name);
        canonical.push(`${name}:${relaxed(field.value)}\r\n`);
      }
    if (!signed.includes('from')) throw new Error('a mail without From cannot be signed');
    signed.push('from');
    const bodyHash = createHash('sha256').update(relaxedBody(end < 0 ? Buffer.alloc(0) : message.subarray(end + 4)));
    const tags = [
      'v=1',
      'a=rsa-sha256',
      'c=relaxed/relaxed',
      `d=${key.domain}`,
      `s=${key.selector}`,
      `t=${Math.floor(now.getTime() / 1000)}`,
      `h=${signed.join(':')}`,
      `bh=${bodyHash.digest('base64')}`,
      'b=',
    ];
    // Folded before it is hashed: white space within h= counts.
    const value = ` ${tags.map((tag) => tag.replaceAll(/(.{60,76}?:)/g, '$1\r\n\t')).join(';\r\n\t')}`;
    const data = Buffer.from(`${canonical.join('')}dkim-signature:${relaxed(value)}`, 'latin1');
    const signature = await signAsync('sha256', data, privateKey);
    const lines = signature.toString('base64').replaceAll(/(.{72})(?=.)/g, '$1\r\n\t');
    return `DKIM-Signature:${value}${lines}\r\n`;
  };
}

/** RFC 6376, 3.4.2: unfolded, runs of white space as one space, none at the ends. */
const relaxed = (value: string): string =>
  value
    .replaceAll(/\r\n/g, '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();

/** RFC 6376, 3.4.4: white space at line ends goes, runs become one space, empty lines at the end go. */
function relaxedBody(body: Buffer): Buffer {
  // latin1 keeps each octet one character, so that nothing is decoded.
  const text = body
    .toString('latin1')
    .replaceAll(/[ \t]+(?=\r\n|$)/g, '')
    .replaceAll(/[ \t]+/g, ' ')
    .replace(/(?:\r\n)+$/, '');
  return Buffer.from(text === '' ? '' : `${text}\r\n`, 'latin1');
}
