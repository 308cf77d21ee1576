import { domainToASCII } from 'node:url';

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN =
  /^(?=.{4,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$/;

/**
 * The one address in `text`, or null when it is anything else: a list, a display name, a quoted local part, control characters.
 * Spaces around it are dropped, an international domain is written in ASCII, and case is kept as typed. Lengths follow RFC 5321.
 */
export function parseEmailAddress(text: string): string | null {
  // Before trimming, which would quietly drop a trailing line break.
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) return null;
  const address = text.trim();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  if (at < 1 || local.length > 64 || !LOCAL.test(local)) return null;
  const typed = address.slice(at + 1);
  // oxlint-disable-next-line no-control-regex -- ASCII domains stay as typed
  const domain = /^[\u0000-\u007f]*$/.test(typed) ? typed : domainToASCII(typed);
  return DOMAIN.test(domain) && address.length <= 254 ? `${local}@${domain}` : null;
}

/** Addresses that differ in case only are one address, for suppression and for contact limits. */
export const addressKey = (address: string): string => address.trim().toLowerCase();
