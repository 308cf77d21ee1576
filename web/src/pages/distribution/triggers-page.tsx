import { PageHeader } from '../../components/page-header.js';

export function TriggersPage() {
  return <PageHeader title="Triggers" />;
}
