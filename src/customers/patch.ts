import type { PutCustomer } from './customers.contract.js';
import type { CustomerPatch } from './customers.queries.js';

/** A `PUT` body as a patch; read-only fields drop out here. */
export function patchOf(externalId: string, input: PutCustomer, source: string): CustomerPatch {
  const { email, phone, name, locale, timeZone, account, lifetimeValue, segments, attributes, consents } = input;
  return {
    externalId,
    fields: {
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone }),
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
