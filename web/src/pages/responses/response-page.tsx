import { PageHeader } from '../../components/page-header.js';

export function ResponsePage() {
  return <PageHeader title="Response" section="Responses" />;
}
