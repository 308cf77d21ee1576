import { PageHeader } from '../../components/page-header.js';

export function SurveyPage() {
  return <PageHeader title="Survey" section="Surveys" />;
}
