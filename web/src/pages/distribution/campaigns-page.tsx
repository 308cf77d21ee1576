import { PageHeader } from '../../components/page-header.js';

export function CampaignsPage() {
  return <PageHeader title="Campaigns" />;
}
