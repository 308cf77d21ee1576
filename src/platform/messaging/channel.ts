/** Ways to ask somebody by a short text. */
export const TEXT_CHANNELS = ['sms', 'whatsapp'] as const;
export type TextChannel = (typeof TEXT_CHANNELS)[number];

/** A text as it is handed over; `id` is ours and comes back in the provider's reports. */
export interface OutgoingText {
  id: string;
  /** E.164. */
  to: string;
  text: string;
  /** The values of the channel's approved template, `1`, `2`, …; null: `text` goes as it is, as an answer within a conversation may. */
  template: Record<string, string> | null;
}

/**
 * How handing over ended. `later`: nothing was taken, try again; `unknown`: it may have been taken, and is never sent again by itself.
 * `account`: what was wrong is about the account (its password, its sender), not this message.
 */
export type HandOver =
  | { outcome: 'accepted'; providerId: string; providerState: string }
  | { outcome: 'refused'; code: string; reply: string; account: boolean }
  | { outcome: 'later'; reply: string; account: boolean; retryMs: number | null }
  | { outcome: 'unknown'; reply: string };

/** What a provider tells us of its own accord, after it has proved itself. */
export type ProviderNews =
  | { kind: 'status'; messageId: string | null; providerId: string; state: string; code: string | null }
  | { kind: 'text'; providerId: string; from: string; body: string };

/** A provider's account through which texts of one channel go. */
export interface Channel {
  readonly name: TextChannel;
  /** The number to write to, or null when this customer cannot be reached this way. */
  canReach(customer: { phone: string | null }): string | null;
  /** @param beforeContent runs when the connection stands, before anything of the message is given away; when it rejects, nothing is */
  send(message: OutgoingText, beforeContent: () => Promise<void>): Promise<HandOver>;
  /** What a request to our address says; null when it does not prove that it comes from the provider. */
  hear(url: string, headers: Record<string, unknown>, body: string): ProviderNews | null;
}
