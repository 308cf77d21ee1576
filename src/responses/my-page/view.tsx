/** The pages behind `/me/…`, drawn from plain facts. */
import { Fragment, type JSX } from 'react';
import {
  Card,
  dayAndTime,
  ErrorSummary,
  FRAME_TEXTS,
  Hidden,
  languageLinks,
  longDay,
  PUBLIC_LOCALES,
  type PublicLocale,
  type PublicPage,
  publicPage,
  type Say,
  speak,
  Steps,
  Switch,
} from '../../platform/public-page/index.js';
import type { ContactChoices } from '../../customers/customers.service.js';
import type { Wording } from '../../surveys/surveys.contract.js';
import type { Outcome } from '../responses.service.js';
import { type GivenAnswer, GivenAnswers } from '../survey-page/view.js';
import { MY_TEXTS, type MyKey } from './texts.js';

/** What a customer may switch on or off, in the order of the page. */
export const PURPOSES = ['feedback', 'follow_up', 'testimonial', 'council'] as const;
/** What a customer may choose as the least number of days between two surveys. */
export const OFTEN_DAYS = [90, 180, 365] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What all of these pages have in common. */
export interface MyPageFacts {
  organization: { name: string; color?: string | undefined };
  locale: PublicLocale;
  timeZone: string;
  lang: string | null;
  /** Masked; null when none is on file. */
  address: string | null;
  privacyUrl: string | null;
}

export interface Feedback {
  touchpoint: string | null;
  askedAt: Date | null;
  wording: Wording | null;
  answer: (GivenAnswer & { withdrawn: boolean }) | null;
  outcome: Outcome | null;
  paths: { change: string; withdraw: string; answer: string } | null;
}

export interface ChoiceFacts {
  feedback: Feedback | null;
  granted: Record<Purpose, boolean>;
  /** Which surveys, and how often at most. */
  wishes: ContactChoices;
  isBouncing: boolean;
  minDaysBetween: number;
  done: 'saved' | 'stopped' | 'sent' | null;
  waitSeconds: number | null;
  paths: { save: string; stop: string; link: string };
}

function frame(
  facts: MyPageFacts,
  title: string,
  body: JSX.Element,
  more: { hasError?: boolean; noLanguages?: boolean } = {},
) {
  const say = speak(MY_TEXTS, facts.locale);
  return publicPage({
    organization: facts.organization,
    locale: facts.locale,
    languages: more.noLanguages ? [] : languageLinks(PUBLIC_LOCALES, facts.locale),
    title,
    body,
    hasError: more.hasError ?? false,
    links: facts.privacyUrl === null ? [] : [{ href: facts.privacyUrl, label: say('use') }],
  });
}

/** Which surveys and how often, under the switch that allows them at all. */
function Wishes({ wishes, say }: { wishes: ContactChoices; say: Say<MyKey> }) {
  const chosen = OFTEN_DAYS.find((days) => days >= (wishes.minDaysBetween ?? Infinity)) ?? '';
  return (
    <div className="within">
      <Hidden name="wishes" value="1" />
      <Switch name="relationship" label={say('kindRelationship')} checked={wishes.relationship} />
      <Switch name="transactional" label={say('kindTransactional')} checked={wishes.transactional} />
      <p>
        <label htmlFor="often">{say('often')}</label>
        <select id="often" name="often" defaultValue={String(wishes.minDaysBetween === null ? '' : chosen)}>
          <option value="">{say('oftenPolicy')}</option>
          {OFTEN_DAYS.map((days) => (
            <option key={days} value={days}>
              {say(`often${days}`)}
            </option>
          ))}
        </select>
      </p>
    </div>
  );
}

/** What was told by this mail and what became of it, and what may be asked. */
export function myPage(facts: MyPageFacts, choices: ChoiceFacts): PublicPage {
  const say = speak(MY_TEXTS, facts.locale);
  const address = facts.address ?? '';
  const lang = facts.lang === null ? null : <Hidden name="lang" value={facts.lang} />;
  const feedbackHint =
    choices.minDaysBetween > 0 ? say('feedbackOften', { days: choices.minDaysBetween }) : say('feedbackHint');
  return frame(
    facts,
    say('title'),
    <>
      {choices.waitSeconds === null ? null : (
        <div className="problem" role="alert" tabIndex={-1} autoFocus>
          <p>{say('tooMany', { minutes: Math.ceil(choices.waitSeconds / 60) })}</p>
        </div>
      )}
      {choices.done === null ? null : (
        <p className="good" role="status">
          {choices.done === 'sent' ? say('linkSent', { address }) : say(choices.done)}
        </p>
      )}
      <Card>
        <h1>{say('title')}</h1>
        <p className="second">
          {facts.address === null
            ? facts.organization.name
            : say('forAddress', { organization: facts.organization.name, address })}
        </p>
        {choices.feedback ? <FeedbackPart facts={facts} feedback={choices.feedback} say={say} /> : null}
      </Card>
      <Card>
        <h2>{say('choicesTitle')}</h2>
        {choices.isBouncing ? <p className="second">{say('bounced')}</p> : null}
        <form method="post" action={choices.paths.save}>
          <Hidden name="choices" value="1" />
          {lang}
          {PURPOSES.map((purpose) => (
            <Fragment key={purpose}>
              <Switch
                name={purpose}
                label={say(purpose)}
                hint={purpose === 'feedback' ? feedbackHint : say(`${purpose}Hint`)}
                checked={choices.granted[purpose]}
              />
              {purpose === 'feedback' ? <Wishes wishes={choices.wishes} say={say} /> : null}
            </Fragment>
          ))}
          <button type="submit">{say('save')}</button>
        </form>
        <form method="post" action={choices.paths.stop}>
          {lang}
          <button type="submit" className="quiet">
            {say('stopAll')}
          </button>
        </form>
        <p className="second more">{say('still')}</p>
      </Card>
      <Card>
        <h2>{say('allTitle')}</h2>
        {facts.address === null ? (
          <p>{say('allNoAddress')}</p>
        ) : (
          <>
            <p>{say('allText', { address })}</p>
            <form method="post" action={choices.paths.link}>
              {lang}
              <button type="submit" className="quiet">
                {say('sendLink')}
              </button>
            </form>
          </>
        )}
      </Card>
    </>,
    { hasError: choices.waitSeconds !== null },
  );
}

function FeedbackPart(props: { facts: MyPageFacts; feedback: Feedback; say: Say<MyKey> }): JSX.Element | null {
  const { facts, feedback, say } = props;
  const { answer, outcome, wording, paths } = feedback;
  const day = (at: Date) => longDay(at, facts.locale, facts.timeZone);
  if (!answer) {
    if (feedback.askedAt === null) return null;
    return (
      <>
        <hr />
        <p>{say('asked', { date: day(feedback.askedAt) })}</p>
        {paths ? (
          <p>
            <a href={paths.answer}>{say('answerNow')}</a>
          </p>
        ) : null}
      </>
    );
  }
  return (
    <>
      <hr />
      <h2>{say('youSaid', { date: day(answer.submittedAt) })}</h2>
      {feedback.touchpoint === null ? null : <p className="second">{feedback.touchpoint}</p>}
      {answer.withdrawn ? (
        <p>{say('withdrawn')}</p>
      ) : (
        <>
          {wording ? (
            <GivenAnswers wording={wording} answer={answer} />
          ) : (
            <>
              <p>{say('h_answered', { score: answer.score })}</p>
              {answer.comment ? <blockquote className="pre">{answer.comment}</blockquote> : null}
            </>
          )}
          <p className="promise">
            {say(outcome?.state ?? 'counted')}
            {outcome ? <span className="second"> {dayAndTime(outcome.at, facts.locale, facts.timeZone)}</span> : null}
          </p>
          {outcome?.whatWeDid ? (
            <>
              <h3>{say('whatWeDid')}</h3>
              <p className="pre">{outcome.whatWeDid}</p>
            </>
          ) : null}
          <ul className="plain links">
            {outcome?.receiptUrl ? (
              <li>
                <a href={outcome.receiptUrl}>{say('follow')}</a>
              </li>
            ) : null}
            {paths ? (
              <>
                <li>
                  <a href={paths.change}>{say('change')}</a>
                </li>
                <li>
                  <a href={paths.withdraw}>{say('withdraw')}</a>
                </li>
              </>
            ) : null}
          </ul>
        </>
      )}
    </>
  );
}

/** The mailed link, before it is used: opening it by a scanner must not use it up. */
export function openPage(facts: MyPageFacts, path: string): PublicPage {
  const say = speak(MY_TEXTS, facts.locale);
  return frame(
    facts,
    say('openTitle'),
    <Card>
      <h1>{say('openTitle')}</h1>
      <p>{say('openText')}</p>
      <form method="post" action={path}>
        {facts.lang === null ? null : <Hidden name="lang" value={facts.lang} />}
        <button type="submit">{say('openButton')}</button>
      </form>
    </Card>,
  );
}

export function usedPage(facts: MyPageFacts): PublicPage {
  const say = speak(MY_TEXTS, facts.locale);
  return frame(
    facts,
    say('usedTitle'),
    <Card>
      <h1>{say('usedTitle')}</h1>
      <p>{say('usedText')}</p>
    </Card>,
    { noLanguages: true },
  );
}

export interface HistoryEntry {
  at: Date;
  kind: string;
  title: string;
  detail: string | null;
  data: Record<string, unknown>;
}

export interface FullFacts {
  customer: { name: string | null; email: string | null; phone: string | null; externalId: string };
  history: readonly HistoryEntry[];
  /** There is more than is shown. */
  isCut: boolean;
  /** Proves that the link was opened a moment ago. */
  access: string;
  isUnconfirmed: boolean;
  paths: { download: string; delete: string };
}

/** A page answers a post here, so there is no other language to go to. */
export function fullPage(facts: MyPageFacts, full: FullFacts): PublicPage {
  const say = speak(MY_TEXTS, facts.locale);
  const { customer } = full;
  const known = [
    [say('name'), customer.name],
    [say('email'), customer.email],
    [say('phone'), customer.phone],
    [say('number'), customer.externalId],
  ] as const;
  const error = full.isUnconfirmed ? say('confirm') : null;
  return frame(
    facts,
    say('fullTitle'),
    <>
      <ErrorSummary
        title={speak(FRAME_TEXTS, facts.locale)('problem')}
        problems={error ? [{ field: 'understand', message: error }] : []}
      />
      <Card>
        <h1>{say('fullTitle')}</h1>
        {known.map(([label, value]) =>
          value === null ? null : (
            <p key={label}>
              <span className="second">{label}</span>
              <br />
              {value}
            </p>
          ),
        )}
        <form method="post" action={full.paths.download}>
          <Hidden name="access" value={full.access} />
          <button type="submit">{say('download')}</button>
        </form>
        <p className="hint">{say('downloadText')}</p>
      </Card>
      <Card>
        <h2>{say('history')}</h2>
        {full.isCut ? <p className="second">{say('newest', { count: full.history.length })}</p> : null}
        <Steps
          steps={full.history.map((entry, i) => ({
            key: String(i),
            title: titleOf(entry, say),
            text: detailOf(entry),
            at: { iso: entry.at.toISOString(), text: longDay(entry.at, facts.locale, facts.timeZone) },
          }))}
        />
      </Card>
      <Card>
        <h2>{say('deleteTitle')}</h2>
        <p>{say('deleteText')}</p>
        <form method="post" action={full.paths.delete}>
          <Hidden name="access" value={full.access} />
          {facts.lang === null ? null : <Hidden name="lang" value={facts.lang} />}
          <Switch name="understand" label={say('understand')} checked={false} error={error} />
          <button type="submit" className="quiet">
            {say('deleteButton')}
          </button>
        </form>
      </Card>
    </>,
    { hasError: full.isUnconfirmed, noLanguages: true },
  );
}

/** What staff read in their timeline, in the customer's words. */
function titleOf(entry: HistoryEntry, say: Say<MyKey>): string {
  const { data } = entry;
  switch (entry.kind) {
    case 'customer':
      return say('h_customer');
    case 'event':
      return say('h_event', { what: entry.title });
    case 'invitation':
      return say(['skipped', 'cancelled', 'scheduled'].includes(String(data['status'])) ? 'h_not_asked' : 'h_asked');
    case 'response':
      return data['category'] === null &&
        data['counted'] === false &&
        entry.detail === null &&
        entry.title.endsWith('withdrawn')
        ? say('h_withdrawn')
        : say('h_answered', { score: String(data['score']) });
    case 'consent': {
      const purpose = PURPOSES.find((one) => one === data['purpose']);
      const what = purpose ? say(purpose) : entry.title;
      return say(data['granted'] === true ? 'h_allowed' : 'h_refused', { what });
    }
    case 'message':
      return say('h_message');
    case 'case':
      return say('h_case');
    case 'announcement':
      return say('h_told');
    default:
      return entry.title;
  }
}

/** Longest text of one entry on the page; the download has all of it. */
const DETAIL_MAX = 600;

function detailOf(entry: HistoryEntry): string | null {
  // Reasons of the planner and the basis of a consent are written for staff; the download has them.
  const detail = ['invitation', 'consent'].includes(entry.kind) ? (entry.data['surveyName'] ?? null) : entry.detail;
  if (typeof detail !== 'string') return null;
  return detail.length > DETAIL_MAX ? `${detail.slice(0, DETAIL_MAX).toWellFormed()}…` : detail;
}

export function deletedPage(facts: MyPageFacts): PublicPage {
  const say = speak(MY_TEXTS, facts.locale);
  return frame(
    facts,
    say('deletedTitle'),
    <Card>
      <h1>{say('deletedTitle')}</h1>
      <p>{say('deletedText')}</p>
    </Card>,
    { noLanguages: true },
  );
}
