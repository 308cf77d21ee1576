import type { Tx } from '../platform/db.js';

/**
 * Steps of an invitation's mails in the ledger: 0 is the first mail, 1 to 3 are reminders, and from here on the first mail again, each time
 * that a person decides it because it was not known whether the one before went.
 */
const AGAIN = 100;

export const isFirstMail = (step: number): boolean => step === 0 || step >= AGAIN;

/** Which reminder comes after this step, counted from 0. */
export const reminderAfter = (step: number): number => (isFirstMail(step) ? 0 : step);

/** The step under which the first mail goes once more. */
export async function firstSendAgain(tx: Tx, invitationId: string): Promise<number> {
  const rows: { step: number }[] = await tx.em.query(
    `select coalesce(max(step) + 1, ${AGAIN}) as step from (
       select step from deliveries where kind = 'invitation' and subject_id = $1
       union all select step from text_messages where kind = 'invitation' and subject_id = $1) as steps where step >= ${AGAIN}`,
    [invitationId],
  );
  return rows[0]?.step ?? AGAIN;
}
