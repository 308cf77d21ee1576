import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ContactPolicyView } from '../../../../src/distribution/distribution.contract.js';
import { api } from '../../api.js';
import { ErrorState } from '../../components/error-state.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { useCan } from '../../session.js';
import { PolicyForm } from './policy-form.js';
import { WhoDecides } from './who-decides.js';

export function ContactPolicyPage() {
  const canEdit = useCan('manager');
  const { data, error, refetch } = useQuery({
    queryKey: ['contact-policy'],
    queryFn: ({ signal }) => api('GET', '/contact-policy', ContactPolicyView, { signal }),
  });
  return (
    <>
      <PageHeader
        title="Contact policy"
        section="Settings"
        lead="How often, when and whom we may ask. It holds for every campaign and trigger."
      />
      {canEdit ? (
        <div className="hb-stack">
          {data ? (
            <PolicyForm key={data.version} policy={data} />
          ) : error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : (
            <SkeletonCard height={420} />
          )}
          <WhoDecides />
          <p className="hb-meta">
            Addresses that no mail goes to stand in the <Link to="/settings/suppressions">suppression list</Link>.
          </p>
        </div>
      ) : (
        <NeedsRole least="manager" what="change the contact policy" />
      )}
    </>
  );
}
