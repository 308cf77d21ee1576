import { type Condition, OTHER, type Question } from './surveys.contract.js';

/** What was answered so far, by question id: an option's id, several, a number; consent as `yes` or `no`. Absent: not answered. */
export type Given = Readonly<Record<string, string | readonly string[] | number | undefined>>;

type Asked = Readonly<{ id: string; showIf?: Condition | null | undefined }>;

/** Whether the condition holds; what was not answered fits no condition. */
export function holds(condition: Condition, given: Given): boolean {
  const answer = given[condition.question];
  if (answer === undefined) return false;
  if (condition.is === 'between') {
    const value = Number(answer);
    return value >= condition.from && value <= condition.to;
  }
  const said = (Array.isArray(answer) ? answer : [answer]).map(String);
  if (said.length === 0) return false;
  return said.some((one) => condition.values.includes(one)) === (condition.is === 'one_of');
}

/** The questions to show, in their order. One that depends on a question that is not shown is not shown either, whatever was answered there. */
export function shown<Q extends Asked>(questions: readonly Q[], given: Given): Q[] {
  const visible = new Set<string>();
  return questions.filter((question) => {
    const condition = question.showIf ?? null;
    const isShown = condition === null || (visible.has(condition.question) && holds(condition, given));
    if (isShown) visible.add(question.id);
    return isShown;
  });
}

/**
 * The pages of the form: a new one begins where a question depends on an answer of the page so far, so that no script is needed to show or hide
 * anything. Without conditions that is one page.
 */
export function pagesOf<Q extends Asked>(questions: readonly Q[]): Q[][] {
  const pages: Q[][] = [[]];
  for (const question of questions) {
    const page = pages.at(-1) as Q[];
    if (page.some((earlier) => earlier.id === question.showIf?.question)) pages.push([question]);
    else page.push(question);
  }
  return pages;
}

/** The first page from `from` on that has something to ask, or null when there is nothing left. */
export function nextPage(questions: readonly Asked[], given: Given, from: number): number | null {
  const visible = new Set(shown(questions, given).map((question) => question.id));
  const pages = pagesOf(questions);
  for (let page = from; page < pages.length; page++)
    if (pages[page]?.some((question) => visible.has(question.id))) return page;
  return null;
}

/** What is wrong with the conditions of a list of questions, at the place of each. */
export function conditionProblems(questions: readonly Question[]): { path: string; message: string }[] {
  const firstPage = new Set(pagesOf(questions)[0]?.map((question) => question.id));
  return questions.flatMap((question, index) => {
    if (question.type === 'nps' || question.type === 'csat' || question.type === 'ces')
      return firstPage.has(question.id)
        ? []
        : [
            {
              path: `questions[${index}].type`,
              message:
                'Ask for the score before any question that depends on another answer: without it nothing is kept.',
            },
          ];
    const condition = question.showIf ?? null;
    if (condition === null) return [];
    const path = `questions[${index}].showIf`;
    const earlier = questions.slice(0, index).find((one) => one.id === condition.question);
    if (!earlier)
      return [
        { path: `${path}.question`, message: `Question “${question.id}” depends on one that does not come before it.` },
      ];
    return answerable(earlier, condition)
      ? []
      : [{ path, message: `Question “${question.id}” depends on an answer that “${earlier.id}” cannot have.` }];
  });
}

/** Whether some answer to `question` makes the condition true or false at will. */
function answerable(question: Question, condition: Condition): boolean {
  const scale = scaleOf(question);
  if (condition.is === 'between')
    return scale !== null && condition.from <= condition.to && condition.from >= scale.min && condition.to <= scale.max;
  const options = optionIds(question);
  return options !== null && condition.values.every((value) => options.includes(value));
}

export function scaleOf(question: Question): { min: number; max: number } | null {
  switch (question.type) {
    case 'nps':
      return { min: 0, max: 10 };
    case 'csat':
      return { min: 1, max: 5 };
    case 'ces':
      return { min: 1, max: 7 };
    case 'rating':
      return { min: 1, max: question.max };
    default:
      return null;
  }
}

/** What a condition may name of a question that is answered by picking; null for the others. */
export function optionIds(question: Question): string[] | null {
  if (question.type === 'consent') return ['yes', 'no'];
  if (question.type !== 'choice') return null;
  return [...question.options.map((option) => option.id), ...(question.other ? [OTHER] : [])];
}
