import { PageHeader } from '../../components/page-header.js';

export function SurveysPage() {
  return <PageHeader title="Surveys" />;
}
