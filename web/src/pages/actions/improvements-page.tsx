import { PageHeader } from '../../components/page-header.js';

export function ImprovementsPage() {
  return <PageHeader title="Improvements" />;
}
