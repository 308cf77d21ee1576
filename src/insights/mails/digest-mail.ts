import type { MailContent } from '../../platform/mail/mail.js';
import { type MailBlock, type MailBrand, renderMail } from '../../platform/mail-template/mail-template.js';
import type { ChangeVerdict, OverviewView } from '../insights.contract.js';

export interface DigestFacts {
  brand: MailBrand;
  publicUrl: string;
  overview: OverviewView;
  /** Of the week before Monday. `fixed`: names of improvements. */
  week: { fixed: readonly string[]; answers: number; cases: number; confirmed: number };
  /** Costliest first; `impact` in NPS points. */
  painPoints: readonly {
    name: string;
    touchpoint: string | null;
    owner: string | null;
    customers: number;
    impact: number;
  }[];
}

const TABLE_WEEKS = 6;

/** The weekly mail: its first line is the answer. When nothing happened it says so in two lines. */
export async function digestMail(facts: DigestFacts): Promise<MailContent> {
  const { tiles } = facts.overview;
  const answer = npsLine(facts.overview);
  const blocks: MailBlock[] = [{ kind: 'heading', text: answer }];
  const quiet =
    facts.week.answers === 0 && facts.week.cases === 0 && facts.week.confirmed === 0 && facts.week.fixed.length === 0;
  if (quiet) blocks.push({ kind: 'text', text: 'Nothing new last week: no answers, no cases, nothing fixed.' });
  else {
    blocks.push({ kind: 'text', text: heardBackLine(tiles) });
    blocks.push({
      kind: 'text',
      text: `Last week: ${count(facts.week.answers, 'answer')}, ${count(facts.week.cases, 'new case')}, ${count(facts.week.confirmed, 'customer')} said “fixed”.`,
    });
    blocks.push({
      kind: 'table',
      head: ['Week of', 'NPS', 'likely between', 'answers'],
      rows: facts.overview.buckets
        .slice(-TABLE_WEEKS)
        .map((bucket) => [
          dayText(bucket.date),
          bucket.nps === null || bucket.tooFew ? 'too few' : signed(bucket.nps),
          bucket.low === null || bucket.high === null || bucket.tooFew
            ? '–'
            : `${signed(bucket.low)} and ${signed(bucket.high)}`,
          number(bucket.n),
        ]),
    });
    if (facts.painPoints.length > 0) {
      blocks.push({ kind: 'text', text: 'What hurts most:' });
      blocks.push({
        kind: 'table',
        head: ['Pain point', 'NPS lost', 'answers', 'Owner'],
        rows: facts.painPoints.map((one) => [
          one.touchpoint ? `${one.name} (${one.touchpoint})` : one.name,
          oneDecimal(one.impact),
          number(one.customers),
          one.owner ?? 'nobody yet',
        ]),
      });
    }
    if (facts.week.fixed.length > 0)
      blocks.push({ kind: 'text', text: `What was fixed: ${facts.week.fixed.join('; ')}.` });
  }
  blocks.push({ kind: 'button', label: 'Open the overview', href: `${facts.publicUrl}/overview` });
  const { html, text } = await renderMail({
    brand: facts.brand,
    locale: 'en',
    dir: 'ltr',
    preview: heardBackLine(tiles),
    blocks,
    footer: [
      { kind: 'text', text: 'You get this each Monday because you asked for it.' },
      { kind: 'links', links: [{ label: 'Change or stop', href: `${facts.publicUrl}/settings/digests` }] },
    ],
  });
  return { subject: answer, html, text, locale: 'en', fromName: facts.brand.name };
}

/** "NPS +28, likely +26 to +31: no clear change". */
export function npsLine({ tiles }: OverviewView): string {
  const { nps, low, high, tooFew, n, change } = tiles.nps;
  if (nps === null || low === null || high === null) return `Too few answers for a score: ${n} in 13 weeks`;
  if (tooFew) return `NPS ${signed(nps)} from ${count(n, 'answer')}: too few to read`;
  return `NPS ${signed(nps)}, likely ${signed(low)} to ${signed(high)}: ${changeText(change)}`;
}

function heardBackLine({ heardBack }: OverviewView['tiles']): string {
  if (heardBack.rate === null) return 'No customer with a problem was due to hear back.';
  return `${percent(heardBack.rate)} of ${count(heardBack.n, 'customer')} with a problem heard back what was done (likely ${percent(heardBack.low ?? 0)} to ${percent(heardBack.high ?? 1)}).`;
}

function changeText(change: ChangeVerdict): string {
  if (change.verdict === 'tooFew') return 'too few answers before to compare';
  if (change.verdict === 'noise' || change.difference === null) return 'no clear change';
  return `${change.difference > 0 ? 'up' : 'down'} ${number(Math.abs(Math.round(change.difference)))} on the 13 weeks before`;
}

/** With a sign and a true minus, as everywhere on our screens. */
function signed(value: number): string {
  const whole = Math.round(value);
  return whole > 0 ? `+${whole}` : whole < 0 ? `−${-whole}` : '0';
}

const number = (value: number): string => value.toLocaleString('en');
const percent = (share: number): string => `${Math.round(100 * share)} %`;
const count = (n: number, thing: string): string => `${number(n)} ${thing}${n === 1 ? '' : 's'}`;
const oneDecimal = (value: number): string => value.toFixed(1).replace('-', '−');
const dayText = (date: string): string =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
