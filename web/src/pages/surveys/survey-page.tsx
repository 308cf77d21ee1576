import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { api } from '../../api.js';
import { PageError } from '../../components/error-state.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { SurveyBuilder } from './survey-builder.js';

export function SurveyPage() {
  const { surveyId } = useParams({ from: '/shell/surveys/$surveyId' });
  const { data, error, refetch } = useQuery({
    queryKey: ['surveys', 'one', surveyId],
    queryFn: ({ signal }) => api('GET', `/surveys/${surveyId}`, SurveyView, { signal }),
    // The builder is the one that changes it; a newer state of somebody else's shows itself when saving.
    staleTime: Infinity,
    gcTime: 0,
  });
  if (data) return <SurveyBuilder key={data.id} initial={data} />;
  if (error) return <PageError error={error} reset={() => void refetch()} />;
  return (
    <>
      <PageHeader
        title="Survey"
        section="Surveys"
        crumbs={[
          <Link key="surveys" to="/surveys">
            Surveys
          </Link>,
        ]}
      />
      <SkeletonCard height={420} />
    </>
  );
}
