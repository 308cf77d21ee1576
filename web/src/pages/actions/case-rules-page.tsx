import { PageHeader } from '../../components/page-header.js';

export function CaseRulesPage() {
  return <PageHeader title="Case rules" section="Settings" />;
}
