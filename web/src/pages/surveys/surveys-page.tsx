import { Button, Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon } from '@primer/octicons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import { BUILT_IN_LOCALES, METRICS, SurveyView, type Metric } from '../../../../src/surveys/surveys.contract.js';
import { api } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime } from '../../components/figures.js';
import { FilterBar, type Filter } from '../../components/filter-bar.js';
import { field, Form } from '../../components/form.js';
import { PageHeader } from '../../components/page-header.js';
import { useFormat } from '../../format.js';
import { useCursorList } from '../../lists.js';
import { useTouchpoints } from '../../reference.js';
import { useCan } from '../../session.js';
import { languageName, metricWords, surveyStatus } from './survey-words.js';

const filters: readonly Filter[] = [
  {
    key: 'status',
    label: 'Status',
    kind: 'choice',
    options: [
      { value: 'draft', label: 'Draft' },
      { value: 'live', label: 'Live' },
      { value: 'closed', label: 'Closed' },
    ],
  },
  {
    key: 'archived',
    label: 'Archive',
    kind: 'choice',
    options: [{ value: 'yes', label: 'In the archive' }],
  },
  { key: 'q', label: 'Name', kind: 'text' },
];

const Groups = z.object({ groups: z.array(z.object({ key: z.string().nullable(), n: z.number().int() })) });

/** Answers that count, by survey, since the beginning; only surveys with a 0–10 score are known. */
function useResponseCounts(): ReadonlyMap<string, number> | null {
  const { data } = useQuery({
    queryKey: ['insights', 'nps', 'by-survey'],
    retry: false,
    queryFn: ({ signal }) =>
      api('GET', '/insights/nps', Groups, {
        query: { groupBy: 'survey', interval: 'quarter', from: '2000-01-01' },
        signal,
      }),
  });
  return data ? new Map(data.groups.flatMap((group) => (group.key === null ? [] : [[group.key, group.n]]))) : null;
}

export function SurveysPage() {
  const search = useSearch({ from: '/shell/surveys' });
  const navigate = useNavigate({ from: '/surveys' });
  const canEdit = useCan('manager');
  const format = useFormat();
  const [creating, setCreating] = useState(false);
  const counts = useResponseCounts();
  const list = useCursorList(['surveys', 'list'], '/surveys', SurveyView, {
    status: search.status,
    archived: search.archived === 'yes',
    q: search.q,
  });
  const filtered = search.status !== undefined || search.q !== undefined || search.archived !== undefined;
  const create = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => setCreating(true)}>
      New survey
    </Button>
  );
  const columns: Column<SurveyView>[] = [
    {
      key: 'name',
      header: 'Survey',
      render: (row) => (
        <>
          <Link to="/surveys/$surveyId" params={{ surveyId: row.id }}>
            {row.name}
          </Link>
          <Under>{metricWords[row.metric].name}</Under>
        </>
      ),
    },
    { key: 'touchpoint', header: 'Touchpoint', render: (row) => row.touchpointName ?? 'The whole relationship' },
    {
      key: 'status',
      header: 'Status',
      render: (row) => <StatusPill tone={surveyStatus[row.status].tone}>{surveyStatus[row.status].word}</StatusPill>,
    },
    {
      key: 'version',
      header: 'Version',
      render: (row) => (
        <>
          {row.publishedVersion ?? 'Not published'}
          {row.publishedVersion !== null && row.hasUnpublishedChanges ? <Under>unpublished changes</Under> : null}
          {row.publishedVersion !== null && !row.hasUnpublishedChanges && row.publishedAt ? (
            <Under>
              <DateTime at={row.publishedAt} as="date" />
            </Under>
          ) : null}
        </>
      ),
    },
    {
      key: 'languages',
      header: 'Languages',
      render: (row) => <span title={row.locales.map(languageName).join(', ')}>{row.locales.join(', ')}</span>,
    },
    {
      key: 'responses',
      header: 'Responses',
      align: 'end',
      render: (row) => {
        const n = counts?.get(row.id) ?? (counts && (row.metric === 'nps' || row.metric === 'tnps') ? 0 : null);
        return n === null ? '–' : format.number(n);
      },
    },
  ];
  return (
    <>
      <PageHeader
        title="Surveys"
        lead="What customers are asked. Published versions never change; answers stay bound to the words that were read."
        {...(canEdit ? { actions: create } : {})}
      />
      <div className="hb-stack">
        <FilterBar
          filters={filters}
          values={search}
          onChange={(values) => void navigate({ search: values as typeof search, replace: true })}
        />
        <Card flush>
          <DataTable
            caption="Surveys"
            columns={columns}
            rowKey={(row) => row.id}
            list={list}
            empty={
              filtered ? (
                <EmptyState
                  title="No survey fits these filters"
                  action={
                    <Button variant="default" onClick={() => void navigate({ search: {} })}>
                      Clear filters
                    </Button>
                  }
                />
              ) : (
                <EmptyState title="No surveys yet" {...(canEdit ? { action: create } : {})}>
                  A new one has its standard questions in six languages at once.
                </EmptyState>
              )
            }
          />
        </Card>
      </div>
      <Modal
        opened={creating}
        onClose={() => setCreating(false)}
        title="New survey"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <NewSurvey />
      </Modal>
    </>
  );
}

type Values = { name: string; metric: Metric; touchpointKey: string; locales: string[] };

function NewSurvey() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const touchpoints = useTouchpoints();
  const form = useForm<Values>({
    initialValues: { name: '', metric: 'nps', touchpointKey: '', locales: ['en'] },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter a name' : null),
      touchpointKey: (value, { metric }) =>
        metric === 'tnps' && value === '' ? 'Choose the touchpoint that it asks about' : null,
      locales: (value) => (value.length === 0 ? 'Choose at least one language' : null),
    },
  });
  return (
    <Form
      form={form}
      submit="Create survey"
      onSubmit={async (values, idempotencyKey) => {
        const survey = await api('POST', '/surveys', SurveyView, {
          body: {
            name: values.name.trim(),
            metric: values.metric,
            touchpointKey: values.touchpointKey || null,
            locales: values.locales,
          },
          idempotencyKey,
        });
        void client.invalidateQueries({ queryKey: ['surveys', 'list'] });
        void client.invalidateQueries({ queryKey: ['reference', '/surveys'] });
        await navigate({ to: '/surveys/$surveyId', params: { surveyId: survey.id } });
      }}
    >
      <TextInput label="Name" description="Customers do not see it." data-autofocus {...field(form, 'name')} />
      <NativeSelect
        label="Metric"
        data={METRICS.map((metric) => ({
          value: metric,
          label: `${metricWords[metric].name}: ${metricWords[metric].what}`,
        }))}
        {...field(form, 'metric')}
      />
      <NativeSelect
        label="Touchpoint"
        description="What the answers are about."
        data={[
          { value: '', label: 'None, the relationship as a whole' },
          ...touchpoints.map((one) => ({ value: one.key, label: one.name })),
        ]}
        {...field(form, 'touchpointKey')}
      />
      <Checkbox.Group
        label="Languages"
        description="Their standard texts are there at once. Others can be added later."
        {...form.getInputProps('locales')}
      >
        <div className="hb-row">
          {BUILT_IN_LOCALES.map((locale) => (
            <Checkbox key={locale} value={locale} label={languageName(locale)} mt={4} me={8} />
          ))}
        </div>
      </Checkbox.Group>
    </Form>
  );
}
