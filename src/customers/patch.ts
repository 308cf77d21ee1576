import { internationalPhone } from '../platform/messaging/phone.js';
import type { PutCustomer } from './customers.contract.js';
import type { CustomerPatch } from './customers.queries.js';

/**
 * What is wrong with a number, or null. One with its country must exist and is kept as it is dialled from anywhere; one without is kept as it was
 * written, for people to read, and is never written to.
 */
export const phoneProblem = (phone: string | null | undefined): string | null =>
  phone != null && /^\s*(?:\+|00)/.test(phone) && internationalPhone(phone) === null
    ? 'There is no such phone number. Check the country and the number of digits, such as +49 30 1234567.'
    : null;

/** A `PUT` body as a patch; read-only fields drop out here. */
export function patchOf(externalId: string, input: PutCustomer, source: string): CustomerPatch {
  const { email, phone, name, locale, timeZone, account, lifetimeValue, segments, attributes, consents } = input;
  return {
    externalId,
    fields: {
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone: phone === null ? null : (internationalPhone(phone) ?? phone) }),
      ...(name !== undefined && { name }),
      ...(locale !== undefined && { locale }),
      ...(timeZone !== undefined && { timeZone }),
      ...(account !== undefined && { account }),
      ...(lifetimeValue !== undefined && { lifetimeValue }),
      ...(segments !== undefined && { segments: segments ?? [] }),
      ...(attributes !== undefined && { attributes: attributes ?? {} }),
    },
    consents: (consents ?? []).map((consent) => ({
      purpose: consent.purpose,
      granted: consent.granted,
      basis: consent.basis,
      source: consent.source ?? source,
      textVersion: consent.textVersion,
      at: consent.at === undefined ? undefined : new Date(consent.at),
    })),
  };
}
