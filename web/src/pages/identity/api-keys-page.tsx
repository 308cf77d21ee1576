import { PageHeader } from '../../components/page-header.js';

export function ApiKeysPage() {
  return <PageHeader title="API keys" section="Settings" />;
}
