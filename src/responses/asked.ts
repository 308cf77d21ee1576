import { shown } from '../surveys/logic.js';
import type { SurveyVersion } from '../surveys/surveys.service.js';
import { wording } from '../surveys/wording.js';
import type { AskedView } from './responses.contract.js';
import type { Response } from './responses.entity.js';
import { answerInWords, formOf, givenOf } from './survey-page/form.js';

type Answered = Pick<Response, 'score' | 'picked' | 'comment' | 'mayContact' | 'answers' | 'locale' | 'seen'>;

/** The questions of a version in the words that this answer's reader saw, each with what was said to it. */
export function askedOf(version: SurveyVersion, answer: Answered): AskedView {
  const { seen } = answer;
  const recall = seen?.recall ?? null;
  const read = wording(
    {
      ...version,
      names: seen?.names ?? version.names,
      recall: recall && { ...recall, event: recall.event && { ...recall.event, at: new Date(recall.event.at) } },
    },
    answer.locale ?? version.locales[0] ?? 'en',
    seen ? (seen.score ?? undefined) : answer.score,
  );
  const questions = shown(read.questions, givenOf(formOf(answer), read));
  return {
    locale: read.locale,
    dir: read.dir,
    isAsSeen: seen !== null,
    questions: questions.map((question) => ({
      id: question.id,
      type: question.type,
      text: question.text,
      hint: question.hint,
      ends: question.scale && {
        low: `${question.scale.min} = ${question.scale.low}`,
        high: `${question.scale.max} = ${question.scale.high}`,
      },
      answer: saidTo(question, answer),
    })),
  };
}

function saidTo(question: ReturnType<typeof wording>['metric'], answer: Answered): string[] {
  switch (question.type) {
    case 'nps':
    case 'csat':
    case 'ces':
      return [String(answer.score)];
    case 'reason':
      return answer.comment === null ? [] : [answer.comment];
    case 'consent': {
      const said = answer.mayContact === null ? null : answer.mayContact ? 'yes' : 'no';
      return question.options.flatMap((option) => (option.id === said ? [option.text] : []));
    }
    default:
      return answerInWords(question, answer.answers);
  }
}
