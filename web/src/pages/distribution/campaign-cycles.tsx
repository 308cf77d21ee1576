import { useQuery } from '@tanstack/react-query';
import type { CampaignView } from '../../../../src/distribution/distribution.contract.js';
import { CampaignCycles, type CampaignCycle } from '../../../../src/distribution/schedule.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { DataTable, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { useFormat } from '../../format.js';
import { recurrenceWords } from './schedule-words.js';

/** The rounds of a recurring campaign: who was asked in each, and who is still to come. */
export function CyclesCard({ campaign }: { campaign: CampaignView }) {
  const format = useFormat();
  const cycles = useQuery({
    // Asked again when the campaign's own counts moved.
    queryKey: ['campaigns', 'cycles', campaign.id, campaign.version, JSON.stringify(campaign.counts)],
    queryFn: ({ signal }) => api('GET', `/campaigns/${campaign.id}/cycles`, CampaignCycles, { signal }),
    placeholderData: (before) => before,
  });
  const day = (date: string): string => format.day(`${date}T12:00:00Z`);
  const columns: Column<CampaignCycle>[] = [
    {
      key: 'cycle',
      header: 'Cycle',
      render: (row) => `${row.number + 1}, ${day(row.from)} until before ${day(row.to)}`,
    },
    { key: 'asked', header: 'Asked', align: 'end', render: (row) => format.number(row.asked) },
    {
      key: 'answered',
      header: 'Answered',
      align: 'end',
      render: (row) =>
        row.asked === 0
          ? format.number(row.answered)
          : `${format.number(row.answered)} (${format.percent(row.answered / row.asked)})`,
    },
    { key: 'scheduled', header: 'Scheduled', align: 'end', render: (row) => format.number(row.scheduled) },
    { key: 'skipped', header: 'Not asked', align: 'end', render: (row) => format.number(row.skipped) },
    { key: 'toCome', header: 'Still to come', align: 'end', render: (row) => format.number(row.toCome) },
  ];
  return (
    <Card
      heading="Cycles"
      sub={
        campaign.recurrence
          ? `Each customer is asked ${recurrenceWords(campaign.recurrence)}, on a day of their own.`
          : null
      }
      flush
    >
      {cycles.isPending ? (
        <div style={{ padding: 16 }}>
          <SkeletonLines lines={3} />
        </div>
      ) : cycles.error ? (
        <ErrorState error={cycles.error} onRetry={() => void cycles.refetch()} compact />
      ) : (
        <DataTable
          caption="Cycles of this campaign, newest first"
          columns={columns}
          rowKey={(row) => String(row.number)}
          rows={cycles.data?.items ?? []}
          empty={<EmptyState title="No cycle has begun yet" compact />}
        />
      )}
    </Card>
  );
}
