/** The pages behind `/s/:token`, drawn from plain facts. */
import type { JSX } from 'react';
import {
  Card,
  Choices,
  dayAndTime,
  ErrorSummary,
  FRAME_TEXTS,
  Hidden,
  Honeypot,
  languageLinks,
  longDay,
  longDayAndTime,
  type PublicPage,
  publicPage,
  ScaleTiles,
  type Say,
  speak,
  TextField,
} from '../../platform/public-page/index.js';
import { OTHER, type WordedQuestion, type Wording } from '../../surveys/surveys.contract.js';
import {
  answerInWords,
  COMMENT_MAX,
  fieldOf,
  type FormProblem,
  type FormValues,
  OTHER_MAX,
  otherFieldOf,
  otherKey,
  TEXT_MAX,
} from './form.js';
import { SURVEY_TEXTS, type SurveyKey } from './texts.js';

/** Name of the field that people do not see. */
export const TRAP_FIELD = 'homepage';

/** What all pages of one link have in common. */
export interface SurveyPageFacts {
  organization: { name: string; color?: string | undefined };
  wording: Wording;
  /** Languages that the survey is in. */
  languages: readonly string[];
  /** Zone in which dates are written. */
  timeZone: string;
  about: { touchpoint: string; at: Date | null } | null;
  isTest: boolean;
  paths: { form: string; thanks: string; withdraw: string; choices: string | null; privacy: string | null };
  /** What the page asked for with `?lang=`, to go along. */
  lang: string | null;
  /** Query values that go along to the page in another language. */
  keep?: Readonly<Record<string, string>>;
}

export interface FormFacts {
  values: FormValues;
  problems: readonly FormProblem[];
  stamp: string;
  submission: string;
  /** Set when an answer is there that this one replaces: when it was given, and whether the customer came to change it. */
  replaces: { at: Date; asked: boolean } | null;
  /** Set when the post came too soon: how long to wait. */
  waitSeconds: number | null;
  /** Show that the score was picked in the mail. */
  wasPicked: boolean;
  /** One page of several; all questions stand on one when left out. */
  step?: FormStep | undefined;
}

export interface FormStep {
  /** From 0. */
  page: number;
  questions: readonly WordedQuestion[];
  /** More questions may follow, depending on what is answered here. */
  mayGoOn: boolean;
  /** The page before; null on the first. */
  back: string | null;
  /** What was filled in so far, where nothing is stored before the last page: in tests and by open links. */
  carried: string | null;
}

interface Frame {
  title: string;
  body: JSX.Element;
  hasError?: boolean;
  keep?: Record<string, string>;
}

function frame(facts: SurveyPageFacts, { title, body, hasError = false, keep = {} }: Frame): PublicPage {
  const { locale } = facts.wording;
  const say = speak(SURVEY_TEXTS, locale);
  const { privacy, choices } = facts.paths;
  return publicPage({
    organization: facts.organization,
    locale,
    languages: languageLinks(facts.languages, locale, { ...facts.keep, ...keep }),
    title,
    hasError,
    body: (
      <>
        {facts.isTest ? <p className="tint">{say('test')}</p> : null}
        {body}
      </>
    ),
    links: [
      ...(privacy === null ? [] : [{ href: privacy, label: say('use') }]),
      ...(choices === null ? [] : [{ href: choices, label: say('choices') }]),
    ],
  });
}

/** The questions. */
export function formPage(facts: SurveyPageFacts, form: FormFacts): PublicPage {
  const { wording } = facts;
  const { locale } = wording;
  const { step } = form;
  const say = speak(SURVEY_TEXTS, locale);
  const frameSay = speak(FRAME_TEXTS, locale);
  const messages = new Map(form.problems.map((problem) => [problem.field, messageOf(problem, say)]));
  const isLate = form.waitSeconds !== null;
  return frame(facts, {
    title: wording.metric.text,
    hasError: form.problems.length > 0 || isLate,
    keep: {
      ...(form.values.picked === null ? {} : { score: String(form.values.picked) }),
      ...(form.replaces ? { change: '1' } : {}),
      ...(step && step.page > 0 ? { page: String(step.page) } : {}),
    },
    body: (
      <>
        <ErrorSummary
          title={frameSay('problem')}
          problems={[...messages].map(([field, message]) => ({ field, message }))}
        />
        {form.waitSeconds === null ? null : (
          <div className="problem" role="alert" tabIndex={-1} autoFocus>
            <h2>{say('tooManyTitle')}</h2>
            <p>{say('tooMany', { seconds: form.waitSeconds })}</p>
          </div>
        )}
        <Card>
          <About facts={facts} say={say} />
          {step && step.page > 0 ? (
            <>
              <h1>{say('goOn')}</h1>
              {step.carried === null ? <p className="second">{say('saved')}</p> : null}
            </>
          ) : null}
          <form method="post" action={facts.paths.form}>
            <Hidden name="stamp" value={form.stamp} />
            <Hidden name="submission" value={form.submission} />
            {form.values.picked === null ? null : <Hidden name="picked" value={String(form.values.picked)} />}
            {form.replaces ? <Hidden name="change" value="1" /> : null}
            {facts.lang === null ? null : <Hidden name="lang" value={facts.lang} />}
            <Hidden name="worded" value={form.values.score === null ? '' : String(form.values.score)} />
            {step ? <Hidden name="page" value={String(step.page)} /> : null}
            {step && step.carried !== null ? <Hidden name="carried" value={step.carried} /> : null}
            {(step?.questions ?? wording.questions).map((question) => (
              <QuestionField
                key={question.id}
                question={question}
                say={say}
                values={form.values}
                error={messages.get(fieldOf(question))}
                note={form.replaces || form.wasPicked ? noteOf(form, say, locale, facts.timeZone) : null}
              />
            ))}
            <Honeypot name={TRAP_FIELD} label={say('trap')} />
            <button type="submit">{say(step?.mayGoOn ? 'sendNext' : form.replaces ? 'sendChange' : 'send')}</button>
          </form>
          {step?.back ? (
            <div className="more">
              <a href={step.back}>{say('back')}</a>
            </div>
          ) : null}
        </Card>
      </>
    ),
  });
}

function noteOf(form: FormFacts, say: Say<SurveyKey>, locale: string, timeZone: string): string {
  if (form.replaces)
    return form.replaces.asked
      ? say('changing', { date: longDay(form.replaces.at, locale, timeZone) })
      : say('answeredBefore');
  return say('picked', { score: form.values.picked ?? '' });
}

function messageOf({ kind, question, field }: FormProblem, say: Say<SurveyKey>): string {
  switch (kind) {
    case 'score':
      return say('chooseScore', { min: question.scale?.min ?? 0, max: question.scale?.max ?? 10 });
    case 'missing':
      return question.scale
        ? say('chooseScore', { min: question.scale.min, max: question.scale.max })
        : say('answerThis', { question: question.text });
    case 'too_long':
      return say('tooLong', {
        max: field === 'comment' ? COMMENT_MAX : question.type === 'choice' ? OTHER_MAX : TEXT_MAX,
      });
    case 'too_many':
      return say('atMost', { max: question.maxPicks ?? 1 });
  }
}

function About({ facts, say }: { facts: SurveyPageFacts; say: Say<SurveyKey> }): JSX.Element | null {
  if (!facts.about) return null;
  const { touchpoint, at } = facts.about;
  return (
    <p className="second">
      {at === null
        ? say('aboutUndated', { touchpoint })
        : say('about', { touchpoint, date: longDay(at, facts.wording.locale, facts.timeZone) })}
    </p>
  );
}

function QuestionField(props: {
  question: WordedQuestion;
  say: Say<SurveyKey>;
  values: FormValues;
  error: string | undefined;
  note: string | null;
}): JSX.Element {
  const { question, values, error, say } = props;
  const name = fieldOf(question);
  const further = values.further[question.id] ?? [];
  switch (question.type) {
    case 'nps':
    case 'csat':
    case 'ces':
      return (
        <ScaleTiles
          name={name}
          legend={<h1>{question.text}</h1>}
          note={props.note}
          min={question.scale?.min ?? 0}
          max={question.scale?.max ?? 10}
          low={question.scale?.low ?? ''}
          high={question.scale?.high ?? ''}
          value={values.score}
          error={error}
        />
      );
    case 'rating':
      return (
        <ScaleTiles
          name={name}
          legend={question.text}
          hint={question.hint}
          min={question.scale?.min ?? 1}
          max={question.scale?.max ?? 5}
          low={question.scale?.low ?? ''}
          high={question.scale?.high ?? ''}
          value={further[0] === undefined || further[0] === '' ? null : Number(further[0])}
          error={error}
        />
      );
    case 'consent':
      return (
        <Choices
          name={name}
          legend={question.text}
          hint={question.hint}
          options={question.options.map(({ id, text }) => ({ value: id, label: text }))}
          value={values.mayContact}
          error={error}
        />
      );
    case 'choice':
      return (
        <Choices
          name={name}
          legend={question.text}
          hint={question.hint ?? (question.maxPicks === null ? null : say('atMost', { max: question.maxPicks }))}
          multiple={question.multiple}
          options={[
            ...question.options.map(({ id, text }) => ({ value: id, label: text })),
            ...(question.other === null ? [] : [{ value: OTHER, label: question.other }]),
          ]}
          value={further}
          error={error}
          other={
            question.other === null
              ? null
              : {
                  name: otherFieldOf(question.id),
                  label: say('otherWords', { other: question.other }),
                  value: values.further[otherKey(question.id)]?.[0] ?? '',
                  maxLength: OTHER_MAX,
                }
          }
        />
      );
    case 'reason':
      return (
        <TextField
          name={name}
          label={question.text}
          hint={question.hint}
          value={values.comment}
          maxLength={COMMENT_MAX / 10}
          error={error}
        />
      );
    case 'text':
      return (
        <TextField
          name={name}
          label={question.text}
          hint={question.hint}
          value={further[0]}
          maxLength={TEXT_MAX}
          error={error}
        />
      );
  }
}

/** After sending: what happens next. */
export function thanksPage(
  facts: SurveyPageFacts,
  outcome: { promisedAt: Date | null; mayContact: boolean | null } | null,
): PublicPage {
  const { locale } = facts.wording;
  const say = speak(SURVEY_TEXTS, locale);
  return frame(facts, {
    title: say('thanks'),
    body: (
      <Card>
        <h1>{say('thanks')}</h1>
        {outcome === null ? (
          <p>{say('thanksTest')}</p>
        ) : (
          <>
            <p>{say('thanksText')}</p>
            {outcome.promisedAt ? (
              <p className="promise">
                {say('promise', { date: longDayAndTime(outcome.promisedAt, locale, facts.timeZone) })}
              </p>
            ) : outcome.mayContact === false ? (
              <p className="promise">{say('noContact')}</p>
            ) : null}
          </>
        )}
        <div className="more">
          <p>
            <a href={withLang(facts, `${facts.paths.form}?change=1`)}>{say('change')}</a>
          </p>
          {facts.paths.choices === null ? null : (
            <p>
              <a href={withLang(facts, facts.paths.choices)}>{say('toChoices')}</a>
            </p>
          )}
        </div>
      </Card>
    ),
  });
}

export interface GivenAnswer {
  score: number;
  comment: string | null;
  mayContact: boolean | null;
  answers: Record<string, unknown>;
  submittedAt: Date;
}

/** A used link: the answer that was given, to change or withdraw. */
export function answeredPage(facts: SurveyPageFacts, answer: GivenAnswer): PublicPage {
  const { wording, timeZone } = facts;
  const say = speak(SURVEY_TEXTS, wording.locale);
  return frame(facts, {
    title: say('yourAnswer'),
    body: (
      <Card>
        <About facts={facts} say={say} />
        <h1>{say('yourAnswer')}</h1>
        <p className="second">
          {say('answeredOn', { date: dayAndTime(answer.submittedAt, wording.locale, timeZone) })}
        </p>
        <GivenAnswers wording={wording} answer={answer} />
        {answer.mayContact === null ? null : <p>{say(answer.mayContact ? 'contactYes' : 'contactNo')}</p>}
        <div className="more">
          <a className="button" href={withLang(facts, `${facts.paths.form}?change=1`)}>
            {say('change')}
          </a>
          <a className="button quiet" href={withLang(facts, facts.paths.withdraw)}>
            {say('withdraw')}
          </a>
        </div>
      </Card>
    ),
  });
}

/** Each question with what was answered, in the words that were asked. */
export function GivenAnswers({ wording, answer }: { wording: Wording; answer: GivenAnswer }): JSX.Element {
  return (
    <>
      {wording.questions.map((question) => {
        const said = saidTo(question, answer);
        if (said === null) return null;
        return question.type === 'reason' ? (
          <blockquote className="pre" key={question.id}>
            {said}
          </blockquote>
        ) : (
          <p key={question.id}>
            {question.text} <strong>{said}</strong>
          </p>
        );
      })}
    </>
  );
}

function saidTo(question: WordedQuestion, answer: GivenAnswer): string | null {
  switch (question.type) {
    case 'nps':
    case 'csat':
    case 'ces':
      return String(answer.score);
    case 'reason':
      return answer.comment;
    case 'consent':
      return null;
    default: {
      const words = answerInWords(question, answer.answers);
      return words.length > 0 ? words.join(', ') : null;
    }
  }
}

/** Asks once before an answer is withdrawn. */
export function withdrawPage(facts: SurveyPageFacts): PublicPage {
  const say = speak(SURVEY_TEXTS, facts.wording.locale);
  return frame(facts, {
    title: say('withdrawTitle'),
    body: (
      <Card>
        <h1>{say('withdrawTitle')}</h1>
        <p>{say('withdrawText')}</p>
        <form method="post" action={facts.paths.withdraw}>
          {facts.lang === null ? null : <Hidden name="lang" value={facts.lang} />}
          <button type="submit">{say('withdraw')}</button>
        </form>
        <div className="more">
          <a href={withLang(facts, facts.paths.form)}>{say('keep')}</a>
        </div>
      </Card>
    ),
  });
}

/** Nobody can answer any more. */
export function endedPage(facts: SurveyPageFacts, why: 'closed' | 'full'): PublicPage {
  const say = speak(SURVEY_TEXTS, facts.wording.locale);
  const title = say(why === 'full' ? 'fullTitle' : 'closedTitle');
  return frame(facts, {
    title,
    body: (
      <Card>
        <h1>{title}</h1>
        <p>{say(why === 'full' ? 'fullText' : 'closedText')}</p>
      </Card>
    ),
  });
}

export function withdrawnPage(facts: SurveyPageFacts): PublicPage {
  const say = speak(SURVEY_TEXTS, facts.wording.locale);
  return frame(facts, {
    title: say('withdrawnTitle'),
    body: (
      <Card>
        <h1>{say('withdrawnTitle')}</h1>
        <p>{say('withdrawnText')}</p>
      </Card>
    ),
  });
}

/** Keeps the language that was chosen on the page. */
export function withLang(facts: Pick<SurveyPageFacts, 'lang'>, path: string): string {
  if (facts.lang === null) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams({ lang: facts.lang }).toString()}`;
}
