import { PageHeader } from '../../components/page-header.js';

export function UsersPage() {
  return <PageHeader title="Users and teams" section="Settings" />;
}
