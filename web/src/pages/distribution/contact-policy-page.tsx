import { PageHeader } from '../../components/page-header.js';

export function ContactPolicyPage() {
  return <PageHeader title="Contact policy" section="Settings" />;
}
