import { PageHeader } from '../../components/page-header.js';

export function JourneyPage() {
  return <PageHeader title="Journey" />;
}
