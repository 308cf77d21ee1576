import type { SuppressionView } from '../../../../src/customers/customers.contract.js';

export const suppressionWords: Record<SuppressionView['reason'], string> = {
  unsubscribed: 'Asked for no more surveys',
  hard_bounce: 'Mails come back',
  soft_bounce: 'Mails came back several times',
  complaint: 'Marked a mail as spam',
  erased: 'Erased',
  manual: 'Entered by a colleague',
};

const sources: Record<string, string> = {
  unsubscribe: 'Unsubscribe link',
  'one-click': 'Unsubscribe button of their mail program',
  me: 'Their own page',
  reply: 'Their answer by mail',
  bounce: 'A mail server’s report',
  refused: 'The mail server’s refusal',
  complaint: 'A spam report',
  erasure: 'Erasure',
  staff: 'By hand',
  import: 'Import',
};
export const sourceWords = (source: string): string => sources[source] ?? source;

const kinds: Record<string, string> = {
  invitation: 'Survey mail',
  announcement: 'Announcement',
  case_message: 'Message in a case',
  resolution: 'What we did about it',
  resolution_reminder: 'Reminder of what we did',
  me_link: 'Link to their data',
};
export const mailKindWords = (kind: string): string => kinds[kind] ?? kind.replaceAll('_', ' ');
