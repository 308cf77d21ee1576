import { PageHeader } from '../../components/page-header.js';

export function CasePage() {
  return <PageHeader title="Case" section="Cases" />;
}
