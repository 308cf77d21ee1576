import { PageHeader } from '../../components/page-header.js';

export function ImprovementPage() {
  return <PageHeader title="Improvement" section="Improvements" />;
}
