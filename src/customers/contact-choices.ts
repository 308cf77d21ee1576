import type { Tx } from '../platform/db.js';
import { newId } from '../platform/ids.js';
import { joined } from '../platform/together.js';

/** What a customer chose about being asked, within their consent. */
export interface ContactChoices {
  /** About the whole of it, at intervals. */
  relationship: boolean;
  /** After something that happened. */
  transactional: boolean;
  /** Days from one survey to the next, whatever the contact policy allows; null: as it says. */
  minDaysBetween: number | null;
}

export interface ContactChoicesRow extends ContactChoices {
  source: string;
  textVersion: string;
  at: Date;
}

/** Who never chose. */
export const NO_CHOICES: ContactChoices = { relationship: true, transactional: true, minDaysBetween: null };

const COLUMNS = `relationship, transactional, min_days_between as "minDaysBetween", source, text_version as "textVersion", at`;

/** The newest choices of those who chose; the others are left out. */
export async function currentChoices(tx: Tx, customerIds: readonly string[]): Promise<Map<string, ContactChoices>> {
  return joined(tx, 'customers.choices', customerIds, async (all) => {
    const rows: (ContactChoices & { customerId: string })[] = await tx.em.query(
      `select distinct on (customer_id) customer_id as "customerId", relationship, transactional, min_days_between as "minDaysBetween"
       from contact_choices where customer_id = any($1) order by customer_id, at desc, id desc`,
      [all],
    );
    return new Map(rows.map(({ customerId, ...choices }) => [customerId, choices]));
  });
}

/** All that a customer ever chose, newest first. */
export async function allChoices(tx: Tx, customerId: string): Promise<ContactChoicesRow[]> {
  return tx.em.query(`select ${COLUMNS} from contact_choices where customer_id = $1 order by at desc, id desc`, [
    customerId,
  ]);
}

/** Appends choices, unless the newest say the same; true when they were written. */
export async function addChoices(
  tx: Tx,
  customerId: string,
  choices: ContactChoices,
  source: string,
  textVersion: string,
): Promise<boolean> {
  const now = (await currentChoices(tx, [customerId])).get(customerId) ?? NO_CHOICES;
  if (
    now.relationship === choices.relationship &&
    now.transactional === choices.transactional &&
    now.minDaysBetween === choices.minDaysBetween
  )
    return false;
  await tx.em.query(
    `insert into contact_choices (id, customer_id, relationship, transactional, min_days_between, source, text_version, at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())`,
    [newId(), customerId, choices.relationship, choices.transactional, choices.minDaysBetween, source, textVersion],
  );
  return true;
}
