import type { BounceKind } from '../mail.js';
import { openAddress } from '../addresses.js';
import type { Signer } from '../../signing.js';

export const PROVIDERS = ['generic', 'ses', 'sendgrid', 'postmark'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** One thing that a provider says of one mail. */
export interface ProviderEvent {
  /** The provider's own id of the event; the same id again is the same event. */
  id: string;
  kind: BounceKind | 'delivered';
  /** Our Message-ID, as the provider gives it back; null where it gives none. */
  messageId: string | null;
  /** The return path (VERP) of the mail; null where the provider gives none. */
  returnPath: string | null;
}

/** What a request of a provider is, once it has proved itself. */
export type ProviderCall = { events: ProviderEvent[] } | { confirm: URL };

/** A request as it came. */
export interface ProviderRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The octets of the body, which signatures are about. */
  raw: Buffer;
}

/** The request did not prove that it comes from the provider. */
export class Forged extends Error {}

/** The request proved itself, and is not in the provider's form. */
export class Unreadable extends Error {}

/** Most events that one request may carry; SendGrid sends up to some thousands. */
export const MAX_EVENTS = 5_000;

export function header(request: ProviderRequest, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable('not JSON');
  }
}

/** The tenant and handle of a return path that we signed, when it is of this tenant. */
export function handleOfReturnPath(signer: Signer, tenantId: string, returnPath: string): Buffer | null {
  const target = openAddress(signer, returnPath.trim().replace(/^<|>$/g, ''));
  return target?.purpose === 'bounce' && target.tenantId === tenantId ? target.handle : null;
}
