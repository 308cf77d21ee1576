import { PageHeader } from '../../components/page-header.js';

export function PainPointsPage() {
  return <PageHeader title="Pain points" />;
}
