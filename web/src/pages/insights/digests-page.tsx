import { PageHeader } from '../../components/page-header.js';

export function DigestsPage() {
  return <PageHeader title="Digests" section="Settings" />;
}
