import type { JSX } from 'react';
import {
  Card,
  Choices,
  dayAndTime,
  ErrorSummary,
  FRAME_TEXTS,
  Hidden,
  languageLinks,
  longDay,
  PUBLIC_LOCALES,
  type PublicLocale,
  publicPage,
  type PublicPage,
  type Say,
  speak,
  Steps,
  TextField,
} from '../../../platform/public-page/index.js';
import type { LoopStep } from '../loop-steps.js';
import type { CaseStatus } from '../transitions.js';
import { RECEIPT_TEXTS, type ReceiptKey } from './receipt-texts.js';

export interface Receipt {
  organization: { name: string; color: string | undefined; privacyUrl: string | null; timeZone: string };
  number: number;
  status: CaseStatus;
  /** Of the last resolution. */
  answer: 'fixed' | 'not_yet' | null;
  /** A person's words, or the customer's own; null: the page has a heading of its own. */
  subject: string | null;
  quote: string | null;
  isWithdrawn: boolean;
  toldAt: Date;
  /** First name of who reads the comment. */
  owner: string | null;
  steps: LoopStep[];
}

export interface ReceiptForm {
  /** Chosen in the mail, or sent in vain. */
  answer: 'fixed' | 'not_yet' | null;
  comment: string;
  missing: boolean;
}

/** The customer's page about their case: their words, what happened, and one question. */
export function receiptPage(receipt: Receipt, locale: PublicLocale, form: ReceiptForm, now: Date): PublicPage {
  const say = speak(RECEIPT_TEXTS, locale);
  const { organization } = receipt;
  const heading = receipt.subject ?? say('title');
  const asks = receipt.status === 'resolved' || receipt.status === 'closed_silent';
  const problems = form.missing && asks ? [{ field: 'answer', message: say('choose') }] : [];
  return publicPage({
    organization,
    locale,
    languages: languageLinks(PUBLIC_LOCALES, locale, form.answer && asks ? { answer: form.answer } : {}),
    title: heading,
    hasError: problems.length > 0,
    links: organization.privacyUrl ? [{ href: organization.privacyUrl, label: say('privacy') }] : [],
    body: (
      <>
        <ErrorSummary title={speak(FRAME_TEXTS, locale)('problem')} problems={problems} />
        <Card>
          <p className="second">
            {say('meta', {
              number: String(receipt.number),
              date: longDay(receipt.toldAt, locale, organization.timeZone, now),
            })}
          </p>
          <h1>{heading}</h1>
          {receipt.isWithdrawn ? <p className="second">{say('withdrawn')}</p> : null}
          {receipt.quote ? <blockquote className="pre clip" dir="auto">{`“${receipt.quote}”`}</blockquote> : null}
          <Steps
            level={2}
            steps={receipt.steps.map((step, i) => stepView(step, i, say, locale, organization.timeZone))}
          />
        </Card>
        <State receipt={receipt} form={form} say={say} />
      </>
    ),
  });
}

function State({ receipt, form, say }: { receipt: Receipt; form: ReceiptForm; say: Say<ReceiptKey> }): JSX.Element {
  const hint = receipt.owner ? say('commentHint', { name: receipt.owner }) : say('commentHintNobody');
  const comment = <TextField name="comment" label={say('comment')} hint={hint} value={form.comment} maxLength={5000} />;
  switch (receipt.status) {
    case 'resolved':
    case 'closed_silent':
      return (
        <Card>
          {receipt.status === 'closed_silent' ? (
            <p className="tint">{receipt.answer === 'fixed' ? say('thanksFixed') : say('closedSilent')}</p>
          ) : null}
          <form method="post">
            <Choices
              name="answer"
              legend={say('question')}
              options={[
                { value: 'fixed', label: say('fixed') },
                { value: 'not_yet', label: say('notYet') },
              ]}
              value={form.answer}
              error={form.missing ? say('choose') : null}
            />
            {comment}
            <button type="submit">{say('send')}</button>
          </form>
        </Card>
      );
    case 'confirmed':
      return (
        <>
          <Card>
            <p className="good" role="status">
              {say('thanksFixed')}
            </p>
            <h2>{say('again')}</h2>
            <form method="post" className="more">
              <Hidden name="answer" value="not_yet" />
              {comment}
              <button type="submit" className="quiet">
                {say('againButton')}
              </button>
            </form>
          </Card>
        </>
      );
    default:
      return (
        <Card>
          <p role="status">{receipt.answer === 'not_yet' ? say('thanksNotYet') : say('working')}</p>
        </Card>
      );
  }
}

function stepView(step: LoopStep, index: number, say: Say<ReceiptKey>, locale: PublicLocale, timeZone: string) {
  const at = step.at ? { iso: step.at.toISOString(), text: dayAndTime(step.at, locale, timeZone) } : null;
  const base = { key: String(index), at };
  switch (step.kind) {
    case 'told':
      return { ...base, title: say('told') };
    case 'taken':
      return {
        ...base,
        title: step.team ? say('takenTeam', { name: step.name, team: step.team }) : say('taken', { name: step.name }),
      };
    case 'message':
      return { ...base, title: step.name ? say('wroteName', { name: step.name }) : say('wrote'), text: step.body };
    case 'answer':
      return { ...base, title: say('youWrote'), text: step.body };
    case 'resolved':
      return { ...base, title: say('whatWeDid'), text: step.body };
    case 'fixed':
      return { ...base, title: say('saidFixed'), text: step.body };
    case 'not_yet':
      return { ...base, title: say('saidNotYet'), text: step.body };
    case 'reopened':
      return { ...base, title: say('reopened') };
    case 'everyone':
      return step.at
        ? { ...base, title: say('everyoneDone'), text: step.body }
        : {
            ...base,
            title: say('everyone'),
            text: [step.body, say('willTell')].filter(Boolean).join('\n'),
            open: true,
          };
  }
}
