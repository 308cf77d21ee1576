import type { CustomerView } from '../../../../src/customers/customers.contract.js';
import type { ContactPolicyView } from '../../../../src/distribution/distribution.contract.js';

const DAY_MS = 86_400_000;

export type NextSurvey =
  { can: 'never'; why: string } | { can: 'held'; why: string } | { can: 'later'; at: number } | { can: 'now' };

const SUPPRESSED: Record<NonNullable<CustomerView['suppression']>['reason'], string> = {
  unsubscribed: 'They asked for no more surveys.',
  complaint: 'They marked a mail as spam.',
  hard_bounce: 'Mails to the address come back.',
  soft_bounce: 'Mails to the address keep coming back.',
  manual: 'The address is on the list of those we must not write to.',
  erased: 'The person was erased.',
};

/**
 * When this customer may be asked next, as far as the contact policy and what we hold tell; the planner has the last word (sampling, quiet
 * hours, other customers with the same address).
 * @param sentAt instants (ms) of mails that went out to this customer, any order
 */
export function nextSurvey(
  customer: Pick<CustomerView, 'email' | 'suppression' | 'consents' | 'holds'>,
  policy: Pick<ContactPolicyView, 'minDaysBetween' | 'maxPerYear' | 'respectOpenCases'>,
  sentAt: readonly number[],
  now: number,
): NextSurvey {
  if (customer.suppression) return { can: 'never', why: SUPPRESSED[customer.suppression.reason] };
  if (!customer.email) return { can: 'never', why: 'There is no email address.' };
  const consent = customer.consents.find((one) => one.purpose === 'feedback');
  if (!consent) return { can: 'never', why: 'There is no consent to ask for feedback.' };
  if (!consent.granted) return { can: 'never', why: 'They do not want to be asked.' };
  const holds = customer.holds.filter((hold) => policy.respectOpenCases || !hold.startsWith('case:'));
  if (holds.length > 0) return { can: 'held', why: 'Not while their case is open.' };
  const sent = [...sentAt].sort((a, b) => b - a);
  const newest = sent[0];
  let at = newest === undefined ? 0 : newest + policy.minDaysBetween * DAY_MS;
  // The n-th newest mail has to be a year old before there is room for another.
  const limiting = policy.maxPerYear === null || policy.maxPerYear < 1 ? undefined : sent[policy.maxPerYear - 1];
  if (policy.maxPerYear === 0) return { can: 'never', why: 'The contact policy allows no surveys.' };
  if (limiting !== undefined) at = Math.max(at, limiting + 365 * DAY_MS);
  return at > now ? { can: 'later', at } : { can: 'now' };
}
