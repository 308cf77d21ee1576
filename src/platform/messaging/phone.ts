import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';

/**
 * A number as it is dialled from anywhere (E.164, `+493012345678`); null for one without its country, or that no country has. Only the form is
 * judged: whether anybody answers there, the provider knows.
 */
export function internationalPhone(text: string): string | null {
  const trimmed = text.trim();
  if (!/^(?:\+|00)\d/.test(trimmed.replace(/[^\d+]/g, ''))) return null;
  const parsed = parsePhoneNumberFromString(trimmed.replace(/^00/, '+').replace('(0)', ''), metadata);
  return parsed?.isPossible() ? parsed.number : null;
}

/** `+49•••78`: enough to recognize one's own number. */
export const maskedPhone = (phone: string): string =>
  phone.length < 7 ? '•••' : `${phone.slice(0, 3)}•••${phone.slice(-2)}`;
