import { PageHeader } from '../../components/page-header.js';

export function GoalsPage() {
  return <PageHeader title="Goals" section="Settings" />;
}
