/**
 * Fields of the customer or the event that a text may name: `{{customer.firstName|there}}`, the words after the bar standing in when the field is
 * empty. Values are put in as plain text; pages and mails escape them like any other text.
 */

/** What is known when a text is shown; null where it is not. */
export interface RecallFacts {
  customerName: string | null;
  account: string | null;
  event: { type: string; at: Date; properties: Readonly<Record<string, unknown>> } | null;
  timeZone: string;
}

/** The fixed list, with what each stands for; `event.properties.` takes any property's name. */
export const RECALL_FIELDS = {
  'customer.firstName': 'First name',
  'customer.name': 'Full name',
  'customer.account': 'Company',
  'event.type': 'Kind of event',
  'event.date': 'Day of the event',
  'event.properties.': 'A property of the event, such as event.properties.orderNumber',
} as const;

const PROPERTY = /^event\.properties\.([A-Za-z_][A-Za-z0-9_-]{0,49})$/;
const TAG = /\{\{([^{}|]*)(?:\|([^{}]*))?\}\}/g;
/** A value longer than this is no name or number but a text, and would push the question away. */
const VALUE_MAX = 80;

export const isRecallField = (field: string): boolean =>
  (Object.hasOwn(RECALL_FIELDS, field) && !field.endsWith('.')) || PROPERTY.test(field);

/** The recalled fields that a text names; `fallback` null when there is none. */
export function recallTags(text: string): { tag: string; field: string; fallback: string | null }[] {
  return [...text.matchAll(TAG)].map(([tag, field = '', fallback]) => ({
    tag,
    field: field.trim(),
    fallback: fallback?.trim() ? fallback.trim() : null,
  }));
}

/** Whether any text of the survey recalls a field, so that nothing is looked up where none does. */
export const recallsIn = (version: { questions: readonly unknown[] }): boolean =>
  JSON.stringify(version.questions).includes('{{');

/** Fills in the recalled fields: the value, else the fallback, else nothing. */
export function fillRecall(text: string, facts: RecallFacts | null, locale: string): string {
  if (!text.includes('{{')) return text;
  return text.replace(
    TAG,
    (_, field: string, fallback: string | undefined) => valueOf(field.trim(), facts, locale) ?? fallback?.trim() ?? '',
  );
}

function valueOf(field: string, facts: RecallFacts | null, locale: string): string | null {
  if (facts === null) return null;
  switch (field) {
    case 'customer.firstName':
      return plain(facts.customerName?.trim().split(/\s+/)[0]);
    case 'customer.name':
      return plain(facts.customerName);
    case 'customer.account':
      return plain(facts.account);
    case 'event.type':
      return plain(facts.event?.type);
    case 'event.date':
      return facts.event
        ? new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
            day: 'numeric',
            month: 'long',
            timeZone: facts.timeZone,
          }).format(facts.event.at)
        : null;
    default: {
      const name = PROPERTY.exec(field)?.[1];
      const properties = facts.event?.properties ?? {};
      return name !== undefined && Object.hasOwn(properties, name) ? plain(properties[name]) : null;
    }
  }
}

/** Text and numbers as one line; null for anything else, so that nobody reads "[object Object]". */
function plain(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return null;
  // Control characters and line breaks would let a value pose as another line; braces as another tag.
  const line = value
    .replace(/[\p{C}{}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return line === '' || line.length > VALUE_MAX ? null : line;
}
