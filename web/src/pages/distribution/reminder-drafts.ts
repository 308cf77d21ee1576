import type { Reminder, ReminderText } from '../../../../src/distribution/reminders.contract.js';

/** A reminder as it is being typed. */
export interface ReminderDraft {
  afterDays: number | string;
  texts: Record<string, ReminderText>;
}

const NONE: ReminderText = { subject: '', intro: '' };
const isWritten = (text: ReminderText | undefined): text is ReminderText =>
  text !== undefined && (text.subject.trim() !== '' || text.intro.trim() !== '');

export const textOf = (reminder: ReminderDraft, locale: string): ReminderText => reminder.texts[locale] ?? NONE;

/** Languages of the survey without words of their own, of a reminder that has some in another. */
export const unwritten = ({ texts }: ReminderDraft, locales: readonly string[]): string[] =>
  Object.values(texts).some(isWritten) ? locales.filter((locale) => !isWritten(texts[locale])) : [];

export const readReminders = (reminders: readonly Reminder[]): ReminderDraft[] =>
  reminders.map(({ afterDays, texts }) => ({ afterDays, texts: { ...texts } }));

/** As the API takes them: languages without words are left out. */
export const writeReminders = (drafts: readonly ReminderDraft[]): Reminder[] =>
  drafts.map(({ afterDays, texts }) => {
    const written = Object.entries(texts).filter(([, text]) => isWritten(text));
    return { afterDays: Number(afterDays), ...(written.length > 0 ? { texts: Object.fromEntries(written) } : {}) };
  });
