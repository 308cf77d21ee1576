import { PageHeader } from '../../components/page-header.js';

export function AuditLogPage() {
  return <PageHeader title="Audit log" section="Settings" />;
}
