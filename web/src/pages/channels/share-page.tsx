import { Button } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type OpenLinkView, OpenLinkPage } from '../../../../src/responses/channels/open-links.contract.js';
import { SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { api } from '../../api.js';
import { EmptyState } from '../../components/empty-state.js';
import { PageError } from '../../components/error-state.js';
import { Card } from '../../components/card.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { useCan } from '../../session.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import { LinkCard } from './link-card.js';
import { LinkForm } from './link-form.js';

/** Where a survey can be answered without being sent: links with their codes, websites, kiosks. */
export function SharePage() {
  const { surveyId } = useParams({ from: '/shell/surveys/$surveyId/share' });
  const { open } = useSearch({ from: '/shell/surveys/$surveyId/share' });
  const navigate = useNavigate({ from: '/surveys/$surveyId/share' });
  const client = useQueryClient();
  const canEdit = useCan('manager');
  const survey = useQuery({
    queryKey: ['surveys', 'one', surveyId, 'share'],
    queryFn: ({ signal }) => api('GET', `/surveys/${surveyId}`, SurveyView, { signal }),
  });
  const links = useQuery({
    queryKey: ['open-links', surveyId],
    queryFn: async ({ signal }) =>
      (await api('GET', '/open-links', OpenLinkPage, { query: { surveyId, limit: 200 }, signal })).items,
  });
  const show = (id: string | undefined): void =>
    void navigate({ search: { open: id }, replace: true, resetScroll: false });
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['open-links', surveyId] });
  if (survey.error) return <PageError error={survey.error} reset={() => void survey.refetch()} />;
  const isLive = survey.data?.status === 'live';
  const add =
    canEdit && isLive ? (
      <Button leftSection={<PlusIcon size={16} />} onClick={() => show('new')}>
        New link, widget or kiosk
      </Button>
    ) : undefined;
  const editing = links.data?.find((one) => one.id === open) ?? null;
  return (
    <>
      <PageHeader
        title="Share"
        section={survey.data?.name ?? 'Survey'}
        crumbs={[
          <Link key="surveys" to="/surveys">
            Surveys
          </Link>,
          <Link key="survey" to="/surveys/$surveyId" params={{ surveyId }}>
            {survey.data?.name ?? 'Survey'}
          </Link>,
        ]}
        lead="Ways to this survey for whoever comes by. Nobody is asked by name, so they have participation, not a response rate."
        {...(add ? { actions: add } : {})}
      />
      <div className="hb-stack">
        {survey.data && !isLive ? (
          <p className="hb-meta">
            {survey.data.status === 'draft'
              ? 'This survey is a draft. Publish it first; then it can be shared.'
              : 'This survey is closed: its links lead to a page that says so.'}
          </p>
        ) : null}
        {survey.data ? (
          <Loaded query={links} height={200}>
            {(all: readonly OpenLinkView[]) =>
              all.length === 0 ? (
                <Card>
                  <EmptyState title="Not shared yet" {...(add ? { action: add } : {})}>
                    A link with its code for a door or a receipt, a box for your website, or a screen for the counter.
                  </EmptyState>
                </Card>
              ) : (
                <div className="hb-stack">
                  {all.map((link) => (
                    <LinkCard
                      key={link.id}
                      link={link}
                      locales={survey.data.locales}
                      canEdit={canEdit}
                      onEdit={() => show(link.id)}
                      onChanged={refresh}
                    />
                  ))}
                </div>
              )
            }
          </Loaded>
        ) : (
          <SkeletonCard height={200} />
        )}
      </div>
      <FormDialog
        opened={canEdit && (open === 'new' || editing !== null)}
        onClose={() => show(undefined)}
        title={editing ? editing.name : 'New link, widget or kiosk'}
      >
        <LinkForm
          surveyId={surveyId}
          link={editing}
          onDone={async () => {
            show(undefined);
            await refresh();
          }}
        />
      </FormDialog>
    </>
  );
}
