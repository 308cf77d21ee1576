/** What `{{…}}` in a saved reply may stand for; the person who inserts it sees the result before it is sent. */
export const MERGE_FIELDS = [
  'customer_name',
  'customer_first_name',
  'case_number',
  'touchpoint',
  'my_name',
  'my_first_name',
  'organization',
] as const;
export type MergeField = (typeof MERGE_FIELDS)[number];

const FIELD = /\{\{\s*([^{}]*?)\s*\}\}/g;

const isField = (name: string): name is MergeField => MERGE_FIELDS.some((one) => one === name);

/** Names between braces that are no field. */
export const unknownFields = (text: string): string[] =>
  [...text.matchAll(FIELD)].map((match) => match[1] ?? '').filter((name) => !isField(name));

/** The text with its fields filled in; what is not known (a customer without a name) leaves nothing behind, nor the space before it. */
export function fillFields(text: string, values: Readonly<Record<MergeField, string | null>>): string {
  return text.replace(/( ?)\{\{\s*([^{}]*?)\s*\}\}/g, (whole, space: string, name: string) => {
    if (!isField(name)) return whole;
    const value = values[name];
    return value === null || value === '' ? '' : `${space}${value}`;
  });
}

/** The text in the customer's language, else in English, else the first one. */
export function textFor(texts: Readonly<Record<string, string>>, locale: string | null): string {
  const primary = locale?.split('-')[0]?.toLowerCase() ?? '';
  return texts[primary] ?? texts['en'] ?? Object.values(texts)[0] ?? '';
}
