import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { compareVersions, type FieldChange, type QuestionChange } from '../../../../src/surveys/diff.js';
import { SurveyVersions, type SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { wording } from '../../../../src/surveys/wording.js';
import { api } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { useFormat } from '../../format.js';
import classes from './results.module.css';
import { languageName, questionWords } from './survey-words.js';

/** Number of the draft among the versions to compare. */
const DRAFT = 0;

/** Every published version, and what changed between two of them or the draft. */
export function VersionsTab({
  survey,
  names,
}: {
  survey: SurveyView;
  names: { organization: string; touchpoint: string | null };
}) {
  const format = useFormat();
  const search = useSearch({ from: '/shell/surveys/$surveyId' });
  const navigate = useNavigate({ from: '/surveys/$surveyId' });
  const { data, error, refetch } = useQuery({
    queryKey: ['surveys', 'versions', survey.id, survey.publishedVersion],
    queryFn: ({ signal }) => api('GET', `/surveys/${survey.id}/versions`, SurveyVersions, { signal }),
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonCard height={300} />;
  if (data.items.length === 0)
    return (
      <EmptyState title="Nothing is published yet">
        Each publishing keeps a version here, word for word, for good.
      </EmptyState>
    );
  const newest = data.items[0]?.number ?? 1;
  const [only] = data.items;
  if (only && data.items.length === 1 && !survey.hasUnpublishedChanges)
    return (
      <EmptyState title={`Version ${only.number} is the only one`}>
        Published {format.date(only.publishedAt)}
        {only.publishedBy ? ` by ${only.publishedBy}` : ''}. Once you publish again, you see here what changed.
      </EmptyState>
    );
  const to = search.to ?? (survey.hasUnpublishedChanges ? DRAFT : newest);
  const from = search.from ?? (to === DRAFT ? newest : Math.max(1, newest - 1));
  const find = (number: number) =>
    number === DRAFT
      ? { locales: survey.locales, questions: survey.questions }
      : data.items.find((item) => item.number === number);
  const [before, after] = [find(from), find(to)];
  const options = [
    { value: String(DRAFT), label: 'The draft' },
    ...data.items.map((item) => ({
      value: String(item.number),
      label: `Version ${item.number}, ${format.date(item.publishedAt)}${item.publishedBy ? `, ${item.publishedBy}` : ''}`,
    })),
  ];
  const go = (change: { from?: number; to?: number }): void =>
    void navigate({ search: (now) => ({ ...now, from, to, ...change }), replace: true });
  const changes = before && after ? compareVersions(before, after) : [];
  const differing = changes.filter((change) => change.kind !== 'same' || change.moved);
  const text = (change: QuestionChange): string => {
    const version = change.kind === 'removed' ? before : after;
    if (!version) return change.id;
    const read = wording({ metric: survey.metric, ...version, names }, version.locales[0] ?? 'en');
    return read.questions.find((question) => question.id === change.id)?.text || change.id;
  };
  return (
    <div className={classes['page']}>
      <Card heading="Compare" sub="Published versions never change; each answer stays bound to the one that was read.">
        <div className={classes['tiles']}>
          <NativeSelect
            label="From"
            value={String(from)}
            onChange={(event) => go({ from: Number(event.currentTarget.value) })}
            data={options}
          />
          <NativeSelect
            label="To"
            value={String(to)}
            onChange={(event) => go({ to: Number(event.currentTarget.value) })}
            data={options}
          />
        </div>
      </Card>
      <Card
        heading={differing.length === 0 ? 'No difference' : `${differing.length} of ${changes.length} questions differ`}
        {...(before && after && before.locales.join() !== after.locales.join()
          ? {
              sub: `Languages: ${before.locales.map(languageName).join(', ')} → ${after.locales.map(languageName).join(', ')}`,
            }
          : {})}
      >
        {differing.map((change) => (
          <section key={`${change.id} ${change.kind}`} className={classes['change']}>
            <h3>
              <StatusPill tone={change.kind === 'removed' ? 'soon' : change.kind === 'added' ? 'good' : 'neutral'}>
                {change.kind === 'same' ? 'moved' : change.kind}
                {change.kind === 'changed' && change.moved ? ' and moved' : ''}
              </StatusPill>
              {text(change)} <span className="hb-meta">{questionWords[change.type]}</span>
            </h3>
            {change.kind === 'changed' ? <Fields fields={change.fields} /> : null}
          </section>
        ))}
      </Card>
    </div>
  );
}

function Fields({ fields }: { fields: readonly FieldChange[] }) {
  return (
    <dl className={classes['fields']}>
      {fields.map((change) => (
        <div key={`${change.field} ${change.locale}`}>
          <dt>
            {FIELD_WORDS[change.field] ?? change.field}
            {change.locale === null ? '' : `, ${languageName(change.locale)}`}
          </dt>
          <dd lang={change.locale ?? undefined}>
            <del>{change.before ?? (change.locale === null ? 'no' : 'the standard words, or none')}</del>
            <ins>{change.after ?? (change.locale === null ? 'no' : 'the standard words, or none')}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  text: 'Question',
  hint: 'Hint',
  low: 'Low end',
  high: 'High end',
  yes: 'Answer yes',
  no: 'Answer no',
  'byBand.low': 'Question for low scores',
  'byBand.middle': 'Question for middle scores',
  'byBand.high': 'Question for high scores',
  'other.text': 'Something else',
  required: 'Must be answered',
  multiple: 'Several may be picked',
  maxPicks: 'At most',
  options: 'Choices',
  max: 'Steps of the scale',
  other: 'Offers something else',
  showIf: 'Asked only when',
};
