import { PageHeader } from '../../components/page-header.js';

export function CampaignPage() {
  return <PageHeader title="Campaign" section="Campaigns" />;
}
