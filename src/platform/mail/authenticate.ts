import ipaddr from 'ipaddr.js';
import { authenticate } from 'mailauth';
import type { MailDns } from './dns.js';

/** What is known of the connection that brought a mail. */
export interface Arrival {
  remoteAddress: string;
  helo: string;
  returnPath: string;
}

const TIMEOUT_MS = 10_000;
/** A mail with more signatures than that is made to keep us busy. */
const MAX_SIGNATURES = 5;

/**
 * True when the domain in From vouches for the mail: DMARC passes, or without a DMARC record a DKIM signature of that domain does. SPF counts only for
 * a mail that comes from a public address, since behind an MX every mail comes from the MX. False also when DNS gives no answer in time.
 */
export async function isAuthentic(raw: Buffer, arrival: Arrival, dns: MailDns): Promise<boolean> {
  const head = raw.toString('latin1', 0, Math.max(0, raw.indexOf('\r\n\r\n')));
  const signatures = head.match(/^dkim-signature:/gim)?.length ?? 0;
  const isPublic = ipaddr.isValid(arrival.remoteAddress) && ipaddr.process(arrival.remoteAddress).range() === 'unicast';
  // Two From fields show one author and prove another.
  if (signatures > MAX_SIGNATURES || (signatures === 0 && !isPublic) || (head.match(/^from:/gim)?.length ?? 0) !== 1)
    return false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), TIMEOUT_MS);
  });
  try {
    return await Promise.race([verdict(raw, arrival, isPublic, dns), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

async function verdict(raw: Buffer, arrival: Arrival, isPublic: boolean, dns: MailDns): Promise<boolean> {
  const { dkim, dmarc } = await authenticate(raw, {
    ...(isPublic ? { ip: arrival.remoteAddress, helo: arrival.helo } : {}),
    sender: arrival.returnPath,
    mta: 'hearback',
    disableArc: true,
    disableBimi: true,
    resolver: dns.lookup as never,
  });
  const result = dmarc === false ? undefined : dmarc?.status?.result;
  if (result === 'pass') return true;
  return result === 'none' && dkim.results.some((one) => one.status.result === 'pass' && Boolean(one.status.aligned));
}
