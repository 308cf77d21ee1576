import { PageHeader } from '../../components/page-header.js';

export function ResponsesPage() {
  return <PageHeader title="Responses" />;
}
