import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { CampaignView } from '../../../../src/distribution/distribution.contract.js';
import { api } from '../../api.js';
import { PageError } from '../../components/error-state.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { useCan } from '../../session.js';
import { campaignsCrumb } from './campaign-crumb.js';
import { CampaignDraft } from './campaign-draft.js';
import { CampaignRunning } from './campaign-running.js';

/** While mails go out the counts are asked for this often. */
const POLL_MS = 5_000;

export function CampaignPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId' });
  const canEdit = useCan('manager');
  const { data, error, refetch } = useQuery({
    queryKey: ['campaigns', 'one', campaignId],
    enabled: campaignId !== 'new',
    queryFn: ({ signal }) => api('GET', `/campaigns/${campaignId}`, CampaignView, { signal }),
    refetchInterval: ({ state }) =>
      state.data && ['planning', 'running', 'paused'].includes(state.data.status) ? POLL_MS : false,
  });
  if (campaignId === 'new' && !canEdit)
    return (
      <>
        <PageHeader title="New campaign" section="Campaigns" crumbs={campaignsCrumb} />
        <NeedsRole least="manager" what="start campaigns" />
      </>
    );
  if (campaignId === 'new') return <CampaignDraft key="new" campaign={null} />;
  if (data)
    return data.status === 'draft' ? (
      <CampaignDraft key={data.id} campaign={data} />
    ) : (
      <CampaignRunning campaign={data} />
    );
  if (error) return <PageError error={error} reset={() => void refetch()} />;
  return (
    <>
      <PageHeader title="Campaign" section="Campaigns" crumbs={campaignsCrumb} />
      <SkeletonCard height={420} />
    </>
  );
}
