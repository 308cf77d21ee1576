import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { SurveyResultsView } from '../../../../src/insights/survey-results/survey-results.contract.js';
import type { SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { api } from '../../api.js';
import { Card, Tile } from '../../components/card.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { signed, useFormat, type Format } from '../../format.js';
import { Bars } from './bars.js';
import classes from './results.module.css';
import { LEFT_OUT_WORDS, questionWords } from './survey-words.js';

/** What came back to the survey: its score with interval, every question, and what became of the invitations. */
export function ResultsTab({ survey }: { survey: SurveyView }) {
  const format = useFormat();
  const search = useSearch({ from: '/shell/surveys/$surveyId' });
  const navigate = useNavigate({ from: '/surveys/$surveyId' });
  const { data, error, refetch } = useQuery({
    queryKey: ['surveys', 'results', survey.id, search.version ?? null],
    queryFn: ({ signal }) =>
      api('GET', `/surveys/${survey.id}/results`, SurveyResultsView, { query: { version: search.version }, signal }),
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonCard height={360} />;
  const asked = data.invitations;
  const sent = data.rates.rr1.n + asked.bounced;
  if (data.score.n === 0 && sent === 0 && search.version === undefined)
    return (
      <EmptyState title="No answers yet">
        {survey.status === 'live'
          ? 'They show here as they come in.'
          : 'Publish the survey, then ask by a campaign, a trigger or a link.'}
      </EmptyState>
    );
  const leftOut = Object.entries(data.leftOut);
  return (
    <div className={classes['page']}>
      <div className={classes['head']}>
        <p className="hb-second">
          {format.number(data.score.n)} {data.score.n === 1 ? 'answer counts' : 'answers count'}
          {data.unfinished > 0 ? `, ${format.number(data.unfinished)} of them not finished` : ''}.{' '}
          {leftOut.length > 0
            ? `Left out: ${leftOut.map(([reason, n]) => `${format.number(n)} ${LEFT_OUT_WORDS[reason] ?? reason}`).join(', ')}. `
            : ''}
          <Link to="/responses" search={{ survey: survey.id }}>
            Read the responses
          </Link>
        </p>
        {survey.publishedVersion !== null && survey.publishedVersion > 1 ? (
          <NativeSelect
            aria-label="Answers to which version"
            value={String(search.version ?? '')}
            onChange={(event) => {
              const version = Number(event.currentTarget.value) || undefined;
              void navigate({ search: (before) => ({ ...before, version }), replace: true });
            }}
            data={[
              { value: '', label: 'All versions' },
              ...Array.from({ length: survey.publishedVersion }, (_, at) => ({
                value: String(at + 1),
                label: `Version ${at + 1}`,
              })),
            ]}
          />
        ) : null}
      </div>
      <div className={classes['tiles']}>
        <ScoreTile score={data.score} format={format} />
        <Tile
          label="Response rate"
          figure={data.rates.rr1.rate === null ? '–' : format.percent(data.rates.rr1.rate)}
          sentence={
            data.rates.rr1.rate === null
              ? 'Nobody was invited'
              : `AAPOR RR1: finished, of ${format.number(data.rates.rr1.n)} invited`
          }
          {...(data.rates.rr2.rate === null || asked.partial === 0
            ? {}
            : { note: `RR2, with those not finished: ${format.percent(data.rates.rr2.rate)}` })}
        />
        <Tile
          label="Answers without an invitation"
          figure={format.number(data.participation)}
          sentence="By links, widgets or programs. They have no response rate."
        />
      </div>
      <div className={classes['columns']}>
        <Card
          heading="Scores"
          sub={`Answers with each score${data.unfinished > 0 ? ', those not finished included' : ''}`}
        >
          <Bars
            rows={data.scores.map(({ score, n }) => ({ key: String(score), label: String(score), n }))}
            of={data.score.n}
          />
        </Card>
        {sent + asked.waiting + asked.skipped + asked.cancelled > 0 ? (
          <Card heading="What became of the invitations" sub="Letters as in the AAPOR standard definitions">
            <Bars
              rows={[
                { key: 'I', label: 'Finished (I)', n: asked.finished },
                { key: 'P', label: 'Score only (P)', n: asked.partial },
                { key: 'R', label: 'Declined or taken back (R)', n: asked.refused },
                { key: 'NC', label: 'No answer (NC)', n: asked.noContact },
                { key: 'O', label: 'Answer left out (O)', n: asked.other },
                { key: 'U', label: 'Delivery not known (U)', n: asked.unknown },
              ]}
              of={data.rates.rr1.n}
            />
            <p className={`hb-meta ${classes['apart']}`}>
              Apart: {format.number(asked.bounced)} bounced, {format.number(asked.waiting)} still to be sent,{' '}
              {format.number(asked.skipped)} skipped, {format.number(asked.cancelled)} cancelled.
              {data.rates.rr5.rate === null || asked.unknown === 0
                ? ''
                : ` Without U: RR5 ${format.percent(data.rates.rr5.rate)}, RR6 ${format.percent(data.rates.rr6.rate ?? 0)}.`}
            </p>
          </Card>
        ) : null}
        {data.questions.map((question) => (
          <Card
            key={question.id}
            heading={question.text}
            sub={`${questionWords[question.type as keyof typeof questionWords] ?? question.type} · ${format.number(question.n)} ${question.n === 1 ? 'answer' : 'answers'}${question.mean === null ? '' : ` · mean ${question.mean.toFixed(1)}`}`}
          >
            {question.n === 0 ? (
              <p className="hb-second">No answers yet.</p>
            ) : question.hidden ? (
              <p className="hb-second">Shown from 5 answers on, so that nobody can be told apart.</p>
            ) : question.options.length > 0 ? (
              <Bars rows={question.options.map(({ id, text, n }) => ({ key: id, label: text, n }))} of={question.n} />
            ) : (
              <Link to="/responses" search={{ survey: survey.id }}>
                Read them
              </Link>
            )}
          </Card>
        ))}
      </div>
    </div>
  );
}

function ScoreTile({ score, format }: { score: SurveyResultsView['score']; format: Format }) {
  const { kind, value, low, high, n } = score;
  const say = (x: number): string =>
    kind === 'nps' ? signed(x) : kind === 'csat' ? `${Math.round(x)}%` : x.toFixed(1);
  return (
    <Tile
      label={{ nps: 'NPS', csat: 'Satisfied (CSAT, 4 or 5)', ces: 'Ease (CES 2.0, 1 to 7)' }[kind]}
      figure={value === null ? '–' : say(value)}
      sentence={
        value === null || low === null || high === null
          ? `${format.number(n)} of 5 answers needed`
          : `likely between ${say(low)} and ${say(high)}${score.tooFew ? '; too few to read' : ''}`
      }
      {...(score.easy?.rate !== null && score.easy && score.hard?.rate !== null && score.hard
        ? { note: `${format.percent(score.easy.rate)} easy (5–7), ${format.percent(score.hard.rate)} hard (1–3)` }
        : {})}
    />
  );
}
