const LOCAL = /^[\p{L}\p{N}!#$%&'*+\-/=?^_`{|}~]+(?:\.[\p{L}\p{N}!#$%&'*+\-/=?^_`{|}~]+)*$/u;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i;

/**
 * The one address in `text`, or null when it is anything else: a list, a display name, a quoted local part, control characters, a domain
 * without a dot. Spaces around it are dropped, an international domain is written in ASCII, and the case of the rest is kept as typed.
 * Lengths are those of RFC 5321, in octets. Runs in browsers too.
 */
export function parseEmailAddress(text: string): string | null {
  // Before trimming, which would quietly drop a trailing line break.
  if (/\p{Cc}/u.test(text)) return null;
  const address = text.trim();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(at, 0));
  if (at < 1 || octets(local) > 64 || !LOCAL.test(local)) return null;
  const domain = asciiDomain(address.slice(at + 1));
  return DOMAIN.test(domain) && octets(local) + 1 + domain.length <= 254 ? `${local}@${domain}` : null;
}

/** Addresses that differ in case only are one address, for suppression and for contact limits. */
export const addressKey = (address: string): string => address.trim().toLowerCase();

function asciiDomain(domain: string): string {
  if (/^[\w.-]*$/.test(domain)) return domain;
  // Only letters and marks go to the URL parser, so that nothing else of a URL can hide in a domain.
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain) || !URL.canParse(`http://${domain}`)) return '';
  return new URL(`http://${domain}`).hostname;
}

const octets = (text: string): number => new TextEncoder().encode(text).length;
