import { dkimProblem, dkimRecord } from './dkim.js';
import type { MailDns, TxtAnswer } from './dns.js';

/** `ok`: as it should be; `note`: works, and could be better; `missing`/`wrong`: to be done; `unknown`: DNS gave no answer. */
export type FindingState = 'ok' | 'note' | 'missing' | 'wrong' | 'unknown';

/** One thing that DNS must say, and what it says now. */
export interface Finding {
  key: 'ownership' | 'dkim' | 'next_dkim' | 'spf' | 'dmarc' | 'alignment';
  state: FindingState;
  /** What is the case and what to do, in a sentence or two. */
  message: string;
  /** The TXT record to set; null where nothing need be. */
  record: { name: string; value: string } | null;
  /** What was found at that name that bears on it. */
  found: string[];
}

export interface SenderFacts {
  domain: string;
  ownershipToken: string;
  key: { selector: string; publicKey: string };
  /** A key that waits for its record; null when none does. */
  nextKey: { selector: string; publicKey: string } | null;
  /** The domain of the envelope's sender, which SPF is about. */
  returnPathDomain: string;
}

const MAX_SPF_LOOKUPS = 10;
const OWNERSHIP = 'hearback-verify=';
const SHOWN = 5;
const SHOWN_LENGTH = 600;

/** Where the proof of ownership stands. */
export const ownershipRecord = (domain: string, token: string) => ({
  name: `_hearback.${domain}`,
  value: `${OWNERSHIP}${token}`,
});

/** Asks DNS for everything that mails from the domain need. Never throws for what DNS says. */
export async function checkSender(facts: SenderFacts, dns: MailDns): Promise<Finding[]> {
  const [ownership, dkim, next, spf, dmarc] = await Promise.all([
    checkOwnership(facts, dns),
    checkDkim('dkim', facts.domain, facts.key, dns),
    facts.nextKey ? checkDkim('next_dkim', facts.domain, facts.nextKey, dns) : null,
    checkSpf(facts, dns),
    checkDmarc(facts.domain, dns),
  ]);
  return [ownership, dkim, ...(next ? [next] : []), spf, dmarc.finding, alignment(facts, dkim, dmarc)];
}

/** True when mails may be sent from the domain and signed for it. */
export function isProven(findings: readonly Finding[]): boolean {
  return ['ownership', 'dkim'].every((key) => findings.some((one) => one.key === key && one.state === 'ok'));
}

/** True when DNS plainly says that the proof is gone; no answer is no word. */
export function isDisproven(findings: readonly Finding[]): boolean {
  return findings.some(
    (one) => (one.key === 'ownership' || one.key === 'dkim') && ['missing', 'wrong'].includes(one.state),
  );
}

async function checkOwnership({ domain, ownershipToken }: SenderFacts, dns: MailDns): Promise<Finding> {
  const record = ownershipRecord(domain, ownershipToken);
  const answer = await dns.txt(record.name);
  const values = valuesOf(answer).map((value) => value.trim());
  const base = { key: 'ownership' as const, record, found: shown(values) };
  if (answer.state === 'failed') return { ...base, ...noAnswer(record.name) };
  if (values.includes(record.value)) return { ...base, state: 'ok', message: 'The domain is yours.' };
  if (values.some((value) => value.startsWith(OWNERSHIP)))
    return {
      ...base,
      state: 'wrong',
      message: 'There is a record, but with another value. Copy the value as it stands here.',
    };
  const atRoot = valuesOf(await dns.txt(domain)).some((value) => value.includes(record.value));
  return {
    ...base,
    state: 'missing',
    message: atRoot
      ? `The record stands at ${domain} itself. It belongs at ${record.name}.`
      : 'Add this record, so that nobody else can send in your name.',
  };
}

async function checkDkim(
  key: 'dkim' | 'next_dkim',
  domain: string,
  dkim: { selector: string; publicKey: string },
  dns: MailDns,
): Promise<Finding> {
  const record = dkimRecord(domain, dkim);
  const answer = await dns.txt(record.name);
  const values = valuesOf(answer);
  const base = { key, record, found: shown(values) };
  if (answer.state === 'failed') return { ...base, ...noAnswer(record.name) };
  if (values.length === 0)
    return { ...base, state: 'missing', message: 'Add this record: receivers check our signature with it.' };
  if (values.length > 1)
    return {
      ...base,
      state: 'wrong',
      message: `There are ${values.length} records at this name. Receivers do not know which to use; keep one.`,
    };
  switch (dkimProblem(values[0] ?? '', dkim.publicKey)) {
    case null:
      return { ...base, state: 'ok', message: 'Receivers can check our signature.' };
    case 'testing':
      return {
        ...base,
        state: 'wrong',
        message: 'The record says t=y (testing), so receivers ignore the signature. Take t=y out.',
      };
    case 'revoked':
      return {
        ...base,
        state: 'wrong',
        message: 'The key in this record is empty, which revokes it. Copy the value anew.',
      };
    case 'other_key':
      return {
        ...base,
        state: 'wrong',
        message:
          'The record has another key, or the key was cut off. Long values are often cut at 255 characters; copy it whole.',
      };
    case 'not_dkim':
      return {
        ...base,
        state: 'wrong',
        message: 'This is no DKIM key. Replace the value by the one that stands here.',
      };
  }
}

/**
 * SPF (RFC 7208) is about the domain of the return path, which is the operator's. The domain in From needs no record of its own, but a broken one
 * there harms its other mail, so it is shown.
 */
async function checkSpf({ domain, returnPathDomain }: SenderFacts, dns: MailDns): Promise<Finding> {
  const answer = await dns.txt(domain);
  const base = { key: 'spf' as const, record: null };
  if (answer.state === 'failed') return { ...base, found: [], ...noAnswer(domain) };
  const records = valuesOf(answer).filter(isSpf);
  const found = shown(records);
  const own = domain === returnPathDomain;
  if (records.length > 1)
    return {
      ...base,
      found,
      state: own ? 'wrong' : 'note',
      message: `There are ${records.length} SPF records; receivers then use none. Join them into one.`,
    };
  const [record] = records;
  if (record === undefined)
    return own
      ? { ...base, found, state: 'missing', message: `Add an SPF record at ${domain} that names your mail server.` }
      : {
          ...base,
          found,
          state: 'ok',
          message: `Nothing to do: mails that come back go to ${returnPathDomain}, whose SPF counts.`,
        };
  const lookups = await spfLookups(record, dns);
  if (lookups > MAX_SPF_LOOKUPS)
    return {
      ...base,
      found,
      state: own ? 'wrong' : 'note',
      message:
        'The SPF record needs more than ten look-ups; receivers then use none of it. Take out what you do not use.',
    };
  return {
    ...base,
    found,
    state: 'ok',
    message: own
      ? 'There is one SPF record. It must name the mail server that we send through.'
      : `Nothing to do: mails that come back go to ${returnPathDomain}, whose SPF counts. Yours is sound.`,
  };
}

const isSpf = (value: string): boolean => /^v=spf1(?: |$)/i.test(value);

/** Terms that make a receiver ask DNS, those of included records among them; stops counting above the limit. */
async function spfLookups(record: string, dns: MailDns, seen = new Set<string>()): Promise<number> {
  let count = 0;
  for (const term of record.toLowerCase().split(/\s+/).slice(1)) {
    const nested = /^[+?~-]?include:(\S+)$|^redirect=(\S+)$/.exec(term);
    if (!nested && !/^[+?~-]?(?:a|mx|ptr|exists)(?:[:/]|$)/.test(term)) continue;
    count++;
    const name = nested?.[1] ?? nested?.[2];
    if (name === undefined || name.includes('%') || seen.has(name) || seen.size >= 2 * MAX_SPF_LOOKUPS) continue;
    seen.add(name);
    const inner = valuesOf(await dns.txt(name)).find(isSpf);
    if (inner !== undefined) count += await spfLookups(inner, dns, seen);
    if (count > MAX_SPF_LOOKUPS) return count;
  }
  return count;
}

interface Dmarc {
  finding: Finding;
  tags: Map<string, string> | null;
}

/** DMARC (RFC 7489): the domain's own record, else that of a domain above it. */
async function checkDmarc(domain: string, dns: MailDns): Promise<Dmarc> {
  const record = { name: `_dmarc.${domain}`, value: 'v=DMARC1; p=none' };
  const base = { key: 'dmarc' as const, record };
  const labels = domain.split('.');
  for (let at = 0; at < Math.max(1, labels.length - 1); at++) {
    const name = `_dmarc.${labels.slice(at).join('.')}`;
    const answer = await dns.txt(name);
    if (answer.state === 'failed') return { tags: null, finding: { ...base, found: [], ...noAnswer(name) } };
    const records = valuesOf(answer).filter((value) => /^v=DMARC1(?:\s*;|$)/.test(value.trim()));
    if (records.length === 0) continue;
    const found = shown(records);
    if (records.length > 1)
      return {
        tags: null,
        finding: {
          ...base,
          found,
          state: 'wrong',
          message: `There are ${records.length} DMARC records; receivers then use none. Keep one.`,
        },
      };
    const tags = new Map(
      (records[0] ?? '').split(';').map((part) => {
        const [tag = '', value = ''] = part.split('=');
        return [tag.trim().toLowerCase(), value.trim().toLowerCase()];
      }),
    );
    const policy = (at > 0 ? tags.get('sp') : undefined) ?? tags.get('p');
    if (policy === undefined || !['none', 'quarantine', 'reject'].includes(policy))
      return {
        tags,
        finding: { ...base, found, state: 'wrong', message: 'The DMARC record has no valid policy (p=).' },
      };
    return {
      tags,
      finding:
        policy === 'none'
          ? {
              ...base,
              found,
              state: 'note',
              record: null,
              message:
                'The policy is p=none: it asks for reports only. Once all your mail passes, p=quarantine keeps forgers out.',
            }
          : {
              ...base,
              found,
              state: 'ok',
              record: null,
              message: `Forged mail is to be ${policy === 'reject' ? 'refused' : 'kept apart'}.`,
            },
    };
  }
  return {
    tags: null,
    finding: {
      ...base,
      found: [],
      state: 'missing',
      message: 'Add a DMARC record; large receivers want one from everybody who sends many mails.',
    },
  };
}

/** DMARC passes when SPF or DKIM passes for a domain that aligns with From. Ours signs as the very domain of From. */
function alignment({ domain, returnPathDomain }: SenderFacts, dkim: Finding, dmarc: Dmarc): Finding {
  const base = {
    key: 'alignment' as const,
    record: null,
    found: [`From: ${domain}`, `DKIM: ${domain}`, `Return path: ${returnPathDomain}`],
  };
  if (dkim.state === 'ok')
    return {
      ...base,
      state: 'ok',
      message: `The signature is made as ${domain}, the domain in From, so DMARC passes.`,
    };
  const under = (a: string, b: string) => a === b || a.endsWith(`.${b}`);
  const strict = dmarc.tags?.get('aspf') === 's';
  const spfAligns = strict
    ? domain === returnPathDomain
    : under(domain, returnPathDomain) || under(returnPathDomain, domain);
  return spfAligns
    ? {
        ...base,
        state: 'note',
        message: 'Only the return path aligns with From for now; forwarded mail will fail until DKIM is found.',
      }
    : {
        ...base,
        state: 'wrong',
        message: `Without the DKIM record nothing ties our mail to ${domain}: the return path is ${returnPathDomain}.`,
      };
}

const valuesOf = (answer: TxtAnswer): string[] => (answer.state === 'found' ? answer.values : []);

const shown = (values: readonly string[]): string[] =>
  values.slice(0, SHOWN).map((value) => value.slice(0, SHOWN_LENGTH));

const noAnswer = (name: string) => ({
  state: 'unknown' as const,
  message: `DNS gave no answer for ${name}. Check again in a minute.`,
});
