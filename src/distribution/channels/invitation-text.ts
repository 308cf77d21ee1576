import { plainText, segmentsOf } from '../../platform/messaging/segments.js';
import type { Wording } from '../../surveys/surveys.contract.js';
import { builtInLocale } from '../../surveys/wording.js';
import type { TextContent } from './texts.service.js';
import { TEXT_WORDS, fillWords } from './text-words.contract.js';

/** An invitation never costs more. */
const MOST_SEGMENTS = 2;

export interface InvitationText {
  organization: string;
  wording: Wording;
  touchpoint: string | null;
  isReminder: boolean;
  /** The short address of the survey's page. */
  url: string;
}

/**
 * Who asks, the question, how to answer, how to stop: in two segments of an SMS at most. What does not fit gives way in this order: the survey's
 * own question (a short one stands for it), the touchpoint's name, the end of the organization's name.
 */
export function invitationText({ organization, wording, touchpoint, isReminder, url }: InvitationText): TextContent {
  const say = TEXT_WORDS[builtInLocale(wording.locale) ?? 'en'];
  const { min = 0, max = 10 } = wording.metric.scale ?? {};
  const answer = fillWords(say.answer, { min, max, url });
  const compose = (name: string, question: string): string => {
    const asked = isReminder ? fillWords(say.reminder, { text: question }) : question;
    return plainText(`${name}: ${asked} ${answer} ${say.stop}`);
  };
  const short = (about: string): string => fillWords(say.short, { about });
  const attempts = [
    compose(organization, wording.metric.text),
    compose(organization, short(touchpoint ?? organization)),
    compose(organization, short(organization)),
  ];
  const text =
    attempts.find((one) => segmentsOf(one).segments <= MOST_SEGMENTS) ??
    plainText(`${organization.slice(0, 20)}: ${answer} ${say.stop}`);
  return { text, template: { 1: organization, 2: wording.metric.text, 3: url } };
}
