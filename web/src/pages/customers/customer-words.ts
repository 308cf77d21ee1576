/** A program's name for something as people read it: "invoice.sent" → "Invoice sent", "surveyGroup" → "Survey group". */
export function wordsOf(name: string): string {
  const words = name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replaceAll(/[._-]+/gu, ' ')
    .trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

const SOURCES: Record<string, string> = {
  survey_page: 'the customer, on the survey page',
  unsubscribe_page: 'the customer, on the unsubscribe page',
  preference_page: 'the customer, on their page',
  me: 'the customer, on their page',
  contract: 'the contract',
  import: 'an import',
};

/** Who recorded a consent; what a program wrote by itself stays as it is. */
export const sourceWords = (source: string): string => SOURCES[source.replaceAll(/[ -]/gu, '_')] ?? source;
