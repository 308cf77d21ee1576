import { PageHeader } from '../../components/page-header.js';

export function PainPointPage() {
  return <PageHeader title="Pain point" section="Pain points" />;
}
