import { Link } from '@tanstack/react-router';
import type { CaseView } from '../../../../src/actions/cases/cases.contract.js';
import { ScoreBadge, SentimentTag, StatusPill } from '../../components/badges.js';
import { DateTime } from '../../components/figures.js';
import { metricWords } from './case-words.js';
import { scaleOf } from './case-row.js';
import { CHANNELS } from '../responses/response-words.js';
import classes from './case-page.module.css';

type Statement = NonNullable<CaseView['response']>['statements'][number];
type Label = Statement['sentiment']['label'];

const flagWords: Record<string, string> = {
  too_fast: 'Answered very fast',
  honeypot: 'Perhaps a robot',
  burst: 'Part of a burst',
  scanner: 'Mail scanner',
  staff: 'Staff answer',
  duplicate: 'Duplicate',
  test: 'Test',
};

const aspectWords = (aspect: string): string => {
  const words = aspect.replaceAll('_', ' ');
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
};

/** One entry per aspect; the worst sentiment wins. */
function aspects(statements: readonly Statement[]): { aspect: string; label: Label }[] {
  const rank = { negative: 0, positive: 1, neutral: 2 };
  const found = new Map<string, Label>();
  for (const { aspect, sentiment } of statements) {
    if (!aspect) continue;
    const known = found.get(aspect);
    if (known === undefined || (sentiment.label && (known === null || rank[sentiment.label] < rank[known])))
      found.set(aspect, sentiment.label);
  }
  return [...found].map(([aspect, label]) => ({ aspect, label }));
}

/** The comment with each statement underlined by its sentiment; the words themselves stay as the customer wrote them. */
function Comment({ text, statements }: { text: string; statements: readonly Statement[] }) {
  const parts: { text: string; label: Label | 'none' }[] = [];
  let at = 0;
  for (const { start, end, sentiment } of [...statements].sort((a, b) => a.start - b.start)) {
    if (start < at || end > text.length) continue;
    parts.push(
      { text: text.slice(at, start), label: 'none' },
      { text: text.slice(start, end), label: sentiment.label },
    );
    at = end;
  }
  parts.push({ text: text.slice(at), label: 'none' });
  return (
    <blockquote className={classes['comment']}>
      {parts.map((part, index) =>
        part.label === 'none' || part.label === 'neutral' || part.label === null ? (
          part.text
        ) : (
          <span key={index} data-sentiment={part.label} title={`Read as ${part.label}`}>
            {part.text}
          </span>
        ),
      )}
    </blockquote>
  );
}

/** What the customer told us, on top and whole. */
export function ResponseCard({ found }: { found: CaseView }) {
  const { response, comment } = found;
  const tags = aspects(response?.statements ?? []);
  return (
    <section className={classes['response']} aria-label="What the customer told us">
      <div className={classes['asked']}>
        {found.score === null ? null : (
          <ScoreBadge score={found.score} category={found.category} scale={scaleOf(found)} large />
        )}
        <span>
          {response ? (
            <>
              {metricWords[response.metric]} · {CHANNELS[response.channel] ?? response.channel} ·{' '}
              <DateTime at={response.submittedAt} as="moment" />
            </>
          ) : (
            'Entered by hand'
          )}
        </span>
      </div>
      {response?.withdrawnAt ? <p className={classes['warn']}>The customer has withdrawn this answer.</p> : null}
      {comment ? (
        <Comment text={comment} statements={response?.statements ?? []} />
      ) : (
        <p className={classes['noComment']}>{response ? 'No comment was left.' : found.subject}</p>
      )}
      <div className={classes['about']}>
        <div>
          <p className="hb-meta">What the comment is about</p>
          <p className={classes['tags']}>
            {tags.length > 0 ? (
              tags.map((tag) => <SentimentTag key={tag.aspect} aspect={aspectWords(tag.aspect)} label={tag.label} />)
            ) : response && comment && response.sentiment === null ? (
              <span className="hb-second">Still being read</span>
            ) : response?.sentiment?.label ? (
              <SentimentTag label={response.sentiment.label} />
            ) : (
              <span className="hb-second">Nothing that we can name</span>
            )}
            {response?.flags.map((flag) => (
              <StatusPill key={flag} tone="soon">
                {flagWords[flag] ?? flag}: not in the score
              </StatusPill>
            ))}
          </p>
        </div>
        <div>
          <p className="hb-meta">May we contact you about this?</p>
          <p className={classes['consent']}>
            {found.mayContact === null ? 'Not answered' : found.mayContact ? 'Yes' : 'No'}
            {found.reply.possible && found.reply.to ? ', by email' : ''}
          </p>
        </div>
        {response ? (
          <p className={classes['source']}>
            <Link to="/responses/$responseId" params={{ responseId: response.id }}>
              Whole response
            </Link>
          </p>
        ) : null}
      </div>
    </section>
  );
}
