import type { Customer } from '../../customers/customers.service.js';
import { internationalPhone } from '../../platform/messaging/phone.js';
import type { AskChannel } from './channels.contract.js';

/** Where a customer is asked by a channel: an e-mail address, or a number as it is dialled from anywhere; null: nowhere. */
export const addressFor = (channel: AskChannel, { email, phone }: Pick<Customer, 'email' | 'phone'>): string | null =>
  channel === 'email' ? email : phone === null ? null : internationalPhone(phone);
