import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AskedAnswer, ResponseView, type AskedView } from '../../../../src/responses/responses.contract.js';
import { api, ApiError } from '../../api.js';
import { ScoreBadge, SentimentTag, StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { NotFound } from '../../components/not-found.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { signed } from '../../format.js';
import { useSurveys } from '../../reference.js';
import { useCan } from '../../session.js';
import { StatementMenu } from '../painpoints/statement-menu.js';
import { Comment, Flags, SentimentOf } from './response-parts.js';
import { languageName } from '../surveys/survey-words.js';
import { CHANNELS, customerName, METRIC_WORDS, scaleOf } from './response-words.js';
import classes from './responses.module.css';

export function ResponsePage() {
  const { responseId } = useParams({ from: '/shell/responses/$responseId' });
  const { data, error, refetch } = useQuery({
    queryKey: ['responses', 'one', responseId],
    queryFn: ({ signal }) => api('GET', `/responses/${responseId}`, ResponseView, { signal }),
  });
  const asked = useQuery({
    queryKey: ['responses', 'asked', responseId],
    queryFn: ({ signal }) => api('GET', `/responses/${responseId}/asked`, AskedAnswer, { signal }),
  });
  const canAct = useCan('agent');
  const surveys = useSurveys();
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  const crumbs = [
    <Link key="list" to="/responses">
      Responses
    </Link>,
  ];
  if (!data)
    return (
      <div className={classes['page']}>
        <PageHeader title="Response" section="Responses" crumbs={crumbs} />
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonCard height={320} />}
      </div>
    );
  const { customer } = data;
  const survey = surveys.find((one) => one.id === data.surveyId);
  const answers = Object.entries(data.answers);
  const facts: [string, ReactNode][] = [
    [
      'Customer',
      customer ? (
        <Link to="/customers/$customerId" params={{ customerId: customer.id }}>
          {customerName(customer)}
        </Link>
      ) : (
        'Not known who'
      ),
    ],
    ['Answered', <DateTime key="at" at={data.submittedAt} />],
    [
      'Survey',
      data.surveyId ? (
        <Link to="/surveys/$surveyId" params={{ surveyId: data.surveyId }}>
          {survey?.name ?? 'Survey'}
          {data.surveyVersion === null ? '' : `, version ${data.surveyVersion}`}
        </Link>
      ) : (
        METRIC_WORDS[data.metric]
      ),
    ],
    ['Touchpoint', data.touchpoint?.name ?? 'The relationship as a whole'],
    ...(data.complete
      ? []
      : [['Finished', 'No: the score came, later pages did not. The score counts.'] as [string, ReactNode]]),
    ['Channel', CHANNELS[data.channel] ?? data.channel],
    ['Language', data.language ? languageName(data.language) : 'Not known'],
    ['May we contact them about this?', data.mayContact === null ? 'Not asked' : data.mayContact ? 'Yes' : 'No'],
    ...(data.picked !== null && data.picked !== data.score
      ? [['First pressed in the mail', String(data.picked)] as [string, ReactNode]]
      : []),
    [
      'Case',
      data.caseId ? (
        <Link to="/cases/$caseId" params={{ caseId: data.caseId }}>
          Open its case
        </Link>
      ) : (
        'None'
      ),
    ],
  ];
  return (
    <div className={classes['page']}>
      <PageHeader title={`Response from ${customerName(customer)}`} section="Responses" crumbs={crumbs} />
      <div className={classes['columns']}>
        <div className="hb-stack">
          <Card>
            <div className={classes['top']}>
              <ScoreBadge score={data.score} category={data.category} scale={scaleOf(data)} large />
              <SentimentOf response={data} />
              <Flags response={data} />
            </div>
            <div className={classes['quote']}>
              <Comment response={data} marked />
            </div>
          </Card>
          {data.statements.length > 0 ? (
            <Card heading="What each sentence is about" sub="Read by the system; pain points group what is negative">
              <ol className={classes['statements']}>
                {data.statements.map((statement) => (
                  <li key={statement.id}>
                    <p dir="auto">{statement.text}</p>
                    <div className={classes['tags']}>
                      <SentimentTag label={statement.sentiment.label} aspect={statement.aspect} />
                      <span className="hb-meta">
                        {statement.sentiment.score === null ? '' : `strength ${signed(statement.sentiment.score, 2)}`}
                      </span>
                      {statement.unsure ? <StatusPill tone="soon">Unsure: please look</StatusPill> : null}
                      {statement.signals.map((signal) => (
                        <StatusPill key={signal} tone="soon">
                          {signal}
                        </StatusPill>
                      ))}
                      {statement.byPerson ? <StatusPill>Corrected by a person</StatusPill> : null}
                      {canAct ? (
                        <StatementMenu
                          ids={[statement.id]}
                          label={statement.sentiment.label}
                          text={statement.text}
                          like={statement.text}
                        />
                      ) : null}
                      {statement.painPointId && statement.painPointName ? (
                        <Link
                          to="/pain-points/$painPointId"
                          params={{ painPointId: statement.painPointId }}
                          className={classes['painPoint'] ?? ''}
                        >
                          {statement.painPointName}
                        </Link>
                      ) : null}
                    </div>
                  </li>
                ))}
              </ol>
            </Card>
          ) : null}
          {asked.data?.asked ? (
            <Asked asked={asked.data.asked} />
          ) : asked.error ? (
            <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />
          ) : asked.data && answers.length > 0 ? (
            <Card heading="Other answers">
              <dl className={classes['facts']}>
                {answers.map(([question, answer]) => (
                  <div key={question}>
                    <dt>{question}</dt>
                    <dd>{Array.isArray(answer) ? answer.map(String).join(', ') : String(answer)}</dd>
                  </div>
                ))}
              </dl>
            </Card>
          ) : null}
        </div>
        <Card heading="About this response">
          <dl className={classes['facts']}>
            {facts.map(([term, value]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Card>
      </div>
    </div>
  );
}

/** What was asked in the words that were read, question by question. */
function Asked({ asked }: { asked: AskedView }) {
  return (
    <Card
      heading="Questions and answers"
      sub={
        asked.isAsSeen
          ? `Word for word as it was read, in ${languageName(asked.locale)}`
          : 'The answer came another way; these are the survey’s own words'
      }
    >
      <dl className={classes['facts']} lang={asked.locale} dir={asked.dir}>
        {asked.questions.map((question) => (
          <div key={question.id}>
            <dt>
              {question.text}
              {question.ends ? (
                <span className="hb-meta">
                  {' '}
                  ({question.ends.low}, {question.ends.high})
                </span>
              ) : null}
            </dt>
            <dd>
              {question.answer.length === 0 ? (
                <span className="hb-meta">not answered</span>
              ) : (
                question.answer.join(', ')
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
