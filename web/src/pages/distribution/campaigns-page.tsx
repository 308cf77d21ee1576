import { Button } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CAMPAIGN_STATUSES, CampaignView } from '../../../../src/distribution/distribution.contract.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime } from '../../components/figures.js';
import { FilterBar, type Filter } from '../../components/filter-bar.js';
import { PageHeader } from '../../components/page-header.js';
import { useFormat } from '../../format.js';
import { useCursorList } from '../../lists.js';
import { useCan } from '../../session.js';
import { Progress } from './campaign-progress.js';
import { campaignStatus } from './distribution-words.js';
import { recurrenceWords } from './schedule-words.js';

const filters: readonly Filter[] = [
  {
    key: 'status',
    label: 'Status',
    kind: 'choice',
    options: CAMPAIGN_STATUSES.map((value) => ({ value, label: campaignStatus[value].word })),
  },
];

export function CampaignsPage() {
  const search = useSearch({ from: '/shell/campaigns' });
  const navigate = useNavigate({ from: '/campaigns' });
  const canEdit = useCan('manager');
  const format = useFormat();
  const list = useCursorList(['campaigns', 'list'], '/campaigns', CampaignView, { status: search.status });
  const create = (
    <Button
      leftSection={<PlusIcon size={16} />}
      onClick={() => void navigate({ to: '/campaigns/$campaignId', params: { campaignId: 'new' } })}
    >
      New campaign
    </Button>
  );
  const columns: Column<CampaignView>[] = [
    {
      key: 'name',
      header: 'Campaign',
      render: (row) => (
        <>
          <Link to="/campaigns/$campaignId" params={{ campaignId: row.id }}>
            {row.name}
          </Link>
          <Under>
            {row.surveyName}
            {row.recurrence ? `, ${recurrenceWords(row.recurrence)}` : ''}
          </Under>
        </>
      ),
    },
    {
      key: 'status',
      header: 'Status',
      render: (row) => (
        <StatusPill tone={campaignStatus[row.status].tone}>{campaignStatus[row.status].word}</StatusPill>
      ),
    },
    {
      key: 'when',
      header: `Sent (${format.timeZone})`,
      render: (row) => {
        if (row.sendAtLocal && row.status === 'draft') return 'On a local clock';
        const at = row.sendAt ?? row.launchedAt;
        return at ? <DateTime at={at} /> : row.status === 'draft' ? 'At launch' : '–';
      },
    },
    {
      key: 'progress',
      header: 'Progress',
      width: 220,
      render: (row) => (row.status === 'draft' ? 'Not launched' : <Progress counts={row.counts} />),
    },
    {
      key: 'answered',
      header: 'Answered',
      align: 'end',
      render: (row) =>
        row.counts.mailed === 0 ? (
          '–'
        ) : (
          <>
            {format.number(row.counts.answered)}
            <Under>{format.percent(row.counts.answered / row.counts.mailed)}</Under>
          </>
        ),
    },
    {
      key: 'skipped',
      header: 'Not asked',
      align: 'end',
      render: (row) => (row.status === 'draft' ? '–' : format.number(row.counts.skipped)),
    },
  ];
  return (
    <>
      <PageHeader
        title="Campaigns"
        lead="One send of a survey to an audience, or one that goes on by itself. Nobody is asked against the contact policy; everyone left out has a reason."
        {...(canEdit ? { actions: create } : {})}
      />
      <div className="hb-stack">
        <FilterBar
          filters={filters}
          values={{ status: search.status }}
          onChange={(values) => void navigate({ search: { status: values['status'] as string }, replace: true })}
        />
        <Card flush>
          <DataTable
            caption="Campaigns"
            columns={columns}
            rowKey={(row) => row.id}
            list={list}
            empty={
              search.status ? (
                <EmptyState
                  title="No campaign has this status"
                  action={
                    <Button variant="default" onClick={() => void navigate({ search: {} })}>
                      Clear filters
                    </Button>
                  }
                />
              ) : (
                <EmptyState title="No campaigns yet" {...(canEdit ? { action: create } : {})}>
                  A campaign asks many customers at once. To ask after an event, add a trigger instead.
                </EmptyState>
              )
            }
          />
        </Card>
      </div>
    </>
  );
}
