import { PageHeader } from '../../components/page-header.js';

export function WebhooksPage() {
  return <PageHeader title="Webhooks" section="Settings" />;
}
