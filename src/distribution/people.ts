import type { ContactChoices, Customer, Customers } from '../customers/customers.service.js';
import type { Tx } from '../platform/db.js';
import { addressFor } from './channels/address.js';
import type { AskChannel } from './channels/channels.contract.js';
import type { Situation } from './planner.js';

/** What is known today about some customers, as far as it decides whether they may be asked. */
export interface People {
  contacts: ReadonlyMap<string, Customer>;
  /** Where they would be asked, as written. */
  addresses: readonly string[];
  choices: ReadonlyMap<string, ContactChoices>;
  /** What holds for one of them, whoever asks. */
  situation(
    customer: Customer | undefined,
  ): Pick<Situation, 'address' | 'channel' | 'stopped' | 'consent' | 'isWanted' | 'hasOpenCase'>;
}

/** Which of the two choices of a customer an ask is under: NPS of a campaign is about the whole of it, all else about something that happened. */
export const choiceOf = (triggerId: string | null, metric: string): 'relationship' | 'transactional' =>
  triggerId === null && metric === 'nps' ? 'relationship' : 'transactional';

/** One statement per kind of fact, however many customers. */
export async function peopleOf(
  tx: Tx,
  customers: Customers,
  customerIds: readonly string[],
  channel: AskChannel,
  choice: ReturnType<typeof choiceOf>,
): Promise<People> {
  const contacts = await customers.contacts(tx, customerIds);
  const ids = [...contacts.keys()];
  const addresses = [...contacts.values()].flatMap((customer) => addressFor(channel, customer) ?? []);
  const stopped = await customers.stopReasons(tx, addresses);
  const consents = await customers.consents(tx, ids, 'feedback');
  const held = await customers.heldReasons(tx, ids);
  const choices = await customers.choices(tx, ids);
  return {
    contacts,
    addresses,
    choices,
    situation: (customer) => {
      const address = customer ? addressFor(channel, customer) : null;
      const id = customer?.id ?? '';
      return {
        address,
        channel,
        stopped: address === null ? null : (stopped.get(address) ?? null),
        consent: consents.get(id) ?? null,
        isWanted: choices.get(id)?.[choice] ?? true,
        hasOpenCase: (held.get(id)?.length ?? 0) > 0,
      };
    },
  };
}
