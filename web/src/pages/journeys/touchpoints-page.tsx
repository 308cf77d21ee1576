import { PageHeader } from '../../components/page-header.js';

export function TouchpointsPage() {
  return <PageHeader title="Touchpoints" section="Settings" />;
}
