import { NativeSelect } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CampaignView, TriggerView } from '../../../../src/distribution/distribution.contract.js';
import { api } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { useCursorList } from '../../lists.js';
import { useWrite } from '../../writes.js';
import { campaignStatus } from './distribution-words.js';

const LIVE: ReadonlySet<CampaignView['status']> = new Set(['draft', 'planning', 'running', 'paused']);
const PRIORITIES = [
  { value: '90', label: 'First (90)' },
  { value: '75', label: 'High (75)' },
  { value: '50', label: 'Normal (50)' },
  { value: '25', label: 'Low (25)' },
  { value: '10', label: 'Last (10)' },
];
const WAITS = [
  { value: 'skip', label: 'is left out' },
  ...[3, 7, 14, 30, 60].map((days) => ({ value: String(days), label: `waits up to ${String(days)} days` })),
];

interface Row {
  id: string;
  kind: 'campaign' | 'trigger';
  name: string;
  about: string;
  campaign: CampaignView | null;
  enabled: boolean;
  priority: number;
  ifBusy: 'delay' | 'skip';
  maxDelayDays: number;
}

/** Everything that may want a customer, in the order in which it gets them. */
export function WhoDecides() {
  const client = useQueryClient();
  const { busy, run } = useWrite();
  const campaigns = useCursorList(['campaigns', 'list', 'live'], '/campaigns', CampaignView, { limit: 200 });
  const triggers = useCursorList(['triggers', 'list', 'live'], '/triggers', TriggerView, { limit: 200 });
  const rows: Row[] = [
    ...campaigns.items
      .filter((one) => LIVE.has(one.status))
      .map((one): Row => ({ ...one, kind: 'campaign', about: one.surveyName, campaign: one, enabled: true })),
    ...triggers.items.map((one): Row => ({
      ...one,
      kind: 'trigger',
      name: `${one.eventType} at ${one.touchpointName}`,
      about: one.surveyName,
      campaign: null,
    })),
  ].sort((a, b) => b.priority - a.priority || a.name.localeCompare(b.name));
  const change = (row: Row, body: Partial<Pick<Row, 'priority' | 'ifBusy' | 'maxDelayDays'>>): void =>
    void run(row.id, 'The order was not changed.', async () => {
      if (row.kind === 'campaign') await api('PATCH', `/campaigns/${row.id}`, CampaignView, { body });
      else await api('PATCH', `/triggers/${row.id}`, TriggerView, { body });
      await client.invalidateQueries({ queryKey: [row.kind === 'campaign' ? 'campaigns' : 'triggers'] });
      toast.done(`${row.name} is changed. What is sent already stays.`);
    });
  const columns: Column<Row>[] = [
    {
      key: 'name',
      header: 'Who asks',
      render: (row) => (
        <>
          {row.kind === 'campaign' ? (
            <Link to="/campaigns/$campaignId" params={{ campaignId: row.id }}>
              {row.name}
            </Link>
          ) : (
            <Link to="/triggers" search={{ open: row.id }}>
              {row.name}
            </Link>
          )}
          <Under>
            {row.kind === 'campaign' ? 'Campaign' : 'Trigger'}, {row.about}
          </Under>
        </>
      ),
    },
    {
      key: 'state',
      header: 'State',
      render: (row) =>
        row.campaign ? (
          <StatusPill tone={campaignStatus[row.campaign.status].tone}>
            {campaignStatus[row.campaign.status].word}
          </StatusPill>
        ) : (
          <StatusPill tone={row.enabled ? 'good' : 'neutral'}>{row.enabled ? 'On' : 'Off'}</StatusPill>
        ),
    },
    {
      key: 'priority',
      header: 'Priority',
      render: (row) => (
        <NativeSelect
          size="xs"
          aria-label={`Priority of ${row.name}`}
          value={String(row.priority)}
          disabled={busy !== null}
          data={
            PRIORITIES.some((one) => one.value === String(row.priority))
              ? PRIORITIES
              : [{ value: String(row.priority), label: String(row.priority) }, ...PRIORITIES]
          }
          onChange={(event) => change(row, { priority: Number(event.currentTarget.value) })}
        />
      ),
    },
    {
      key: 'busy',
      header: 'When the time is taken',
      render: (row) => {
        const value = row.ifBusy === 'skip' ? 'skip' : String(row.maxDelayDays);
        return (
          <NativeSelect
            size="xs"
            aria-label={`${row.name}: when the time is taken, it`}
            value={value}
            disabled={busy !== null}
            data={
              WAITS.some((one) => one.value === value)
                ? WAITS
                : [...WAITS, { value, label: `waits up to ${value} days` }]
            }
            onChange={(event) => {
              const next = event.currentTarget.value;
              change(row, next === 'skip' ? { ifBusy: 'skip' } : { ifBusy: 'delay', maxDelayDays: Number(next) });
            }}
          />
        );
      },
    },
  ];
  const failed = campaigns.error ?? triggers.error;
  return (
    <Card
      heading="Who decides"
      sub="When several want to ask the same customer, the higher priority does, as long as nothing was sent; of equals, who came first. The others wait or are left out, and the customer’s timeline says because of whom."
      flush
    >
      {failed && rows.length === 0 ? (
        <ErrorState
          error={failed}
          onRetry={() => {
            campaigns.retry();
            triggers.retry();
          }}
        />
      ) : campaigns.loading || triggers.loading ? (
        <div style={{ padding: 16 }}>
          <SkeletonLines lines={5} />
        </div>
      ) : (
        <DataTable
          caption="Campaigns and triggers by priority"
          columns={columns}
          rowKey={(row) => row.id}
          rows={rows}
          empty={<EmptyState title="No campaign or trigger asks anybody yet" compact />}
        />
      )}
    </Card>
  );
}
