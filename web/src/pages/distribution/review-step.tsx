import { Button, NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { CampaignPreview, CampaignView, TestSent } from '../../../../src/distribution/distribution.contract.js';
import { SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { api, newIdempotencyKey } from '../../api.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { useFormat } from '../../format.js';
import { useWrite } from '../../writes.js';
import { TextOfInvitation } from '../channels/channel-field.js';
import { MailFrame } from '../surveys/preview.js';
import { languageName } from '../surveys/survey-words.js';
import { BarRow, SkipList } from './campaign-running.js';
import classes from './campaign.module.css';
import { delayReasonWords } from './distribution-words.js';
import { whenWords } from './schedule-words.js';
import { SendChart } from './send-chart.js';

/** Above this many mails the number has to be typed before launching. */
const TYPED_ABOVE = 1000;

/** Who is asked, who is not and why, the mail as it arrives, and the launch. */
export function Review({ campaign, isLive }: { campaign: CampaignView; isLive: boolean }) {
  const client = useQueryClient();
  const navigate = useNavigate({ from: '/campaigns/$campaignId' });
  const format = useFormat();
  const { busy, run } = useWrite();
  const [launching, setLaunching] = useState(false);
  const [language, setLanguage] = useState<string | null>(null);
  const preview = useQuery({
    queryKey: ['campaigns', 'preview', campaign.id, campaign.version],
    queryFn: ({ signal }) => api('POST', `/campaigns/${campaign.id}/preview`, CampaignPreview, { signal }),
    staleTime: 0,
  });
  const survey = useQuery({
    queryKey: ['surveys', 'version', campaign.surveyId],
    queryFn: ({ signal }) => api('GET', `/surveys/${campaign.surveyId}`, SurveyView, { signal }),
  });
  const locales = survey.data?.locales ?? [];
  const locale = language ?? preview.data?.locales.find((one) => locales.includes(one.locale))?.locale ?? locales[0];
  const found = preview.data;
  const send = found?.send ?? 0;
  const customers = `${format.number(send)} ${send === 1 ? 'customer' : 'customers'}`;
  return (
    <div className={classes['review']}>
      <div className="hb-stack">
        {preview.isPending ? <SkeletonLines lines={8} /> : null}
        {preview.error ? <ErrorState error={preview.error} onRetry={() => void preview.refetch()} compact /> : null}
        {found ? (
          <>
            {send === 0 ? <NobodyAsked campaign={campaign} found={found} /> : null}
            <p>
              <span className={classes['big']}>{customers}</span> {send === 1 ? 'is' : 'are'} asked
              {campaign.recurrence ? ' in the first cycle' : ''}, of {format.number(found.audience)} in the audience.
            </p>
            <ul className={classes['bars']}>
              <BarRow label="Asked" n={send} of={found.audience} />
              <BarRow label="Not asked" n={found.audience - send} of={found.audience} />
            </ul>
            <h3>Why some are not asked</h3>
            <SkipList skipped={found.skipped} />
            <SendChart days={found.days} />
            <p className="hb-second">
              {found.firstSendAt && found.lastSendAt ? (
                <>
                  First {campaign.channel === 'email' ? 'mail' : 'text'} <DateTime at={found.firstSendAt} />, last{' '}
                  <DateTime at={found.lastSendAt} /> ({format.timeZone}).{' '}
                </>
              ) : null}
              {found.delayed > 0
                ? `${format.number(found.delayed)} go later than wanted: ${delaysText(found.delays, format.number)}. `
                : ''}
              {found.locales.length > 0
                ? `Languages: ${found.locales.map((one) => `${languageName(one.locale)} ${format.number(one.n)}`).join(', ')}.`
                : ''}
            </p>
            {campaign.recurrence ? (
              <p className="hb-second">
                The other cycles are planned a day at a time, with the customers and the contact policy of that day.
              </p>
            ) : null}
          </>
        ) : null}
        {isLive ? null : (
          <p role="note">
            The survey is not published yet.{' '}
            <Link to="/surveys/$surveyId" params={{ surveyId: campaign.surveyId }}>
              Publish it first
            </Link>
            .
          </p>
        )}
        <div className="hb-row">
          <Button
            disabled={!found || (send === 0 && !campaign.recurrence) || !isLive}
            onClick={() => setLaunching(true)}
          >
            {found ? `Launch to ${customers}` : 'Launch'}
          </Button>
          {campaign.channel === 'email' ? (
            <Button
              variant="default"
              loading={busy === 'test'}
              onClick={() =>
                void run('test', 'The test mail was not sent.', async () => {
                  const { to } = await api('POST', `/surveys/${campaign.surveyId}/test`, TestSent, {
                    body: { ...(locale ? { locale } : {}), wording: isLive ? 'published' : 'draft' },
                    idempotencyKey: newIdempotencyKey(),
                  });
                  toast.done(`A test is on its way to ${to}.`);
                })
              }
            >
              Send me a test
            </Button>
          ) : null}
        </div>
      </div>
      <div className="hb-stack">
        <NativeSelect
          label={campaign.channel === 'email' ? 'The first mail, in' : 'The first text, in'}
          value={locale ?? ''}
          onChange={(event) => setLanguage(event.currentTarget.value)}
          data={locales.map((one) => ({ value: one, label: languageName(one) }))}
        />
        <div className={classes['mail']}>
          {survey.data && campaign.channel !== 'email' ? (
            <TextOfInvitation surveyId={campaign.surveyId} channel={campaign.channel} locale={locale} />
          ) : survey.data && locale ? (
            <MailFrame surveyId={campaign.surveyId} locale={locale} version={survey.data.version} />
          ) : (
            <SkeletonLines lines={10} />
          )}
        </div>
      </div>
      <ConfirmDialog
        opened={launching}
        onClose={() => setLaunching(false)}
        title={`Launch ${campaign.name}`}
        action={`Launch to ${customers}`}
        {...(send > TYPED_ABOVE ? { typed: String(send) } : {})}
        onConfirm={async () => {
          const next = await api('POST', `/campaigns/${campaign.id}/launch`, CampaignView, {
            idempotencyKey: newIdempotencyKey(),
          });
          client.setQueryData(['campaigns', 'one', next.id], next);
          void client.invalidateQueries({ queryKey: ['campaigns', 'list'] });
          await navigate({ search: {}, replace: true });
          toast.done(campaign.recurrence ? 'Launched. It goes on by itself.' : 'Launched. Invitations are being made.');
        }}
      >
        <p>
          {campaign.recurrence || campaign.sendAtLocal || campaign.sendAt
            ? `${whenWords(campaign, format)}.`
            : 'Mails start to go out at once; where it is quiet time under the contact policy, they wait for its end.'}{' '}
          You can pause or cancel what is not sent yet; a sent mail cannot be called back.
        </p>
      </ConfirmDialog>
    </div>
  );
}

/** "Quiet hours 120, holiday 3". */
function delaysText(delays: CampaignPreview['delays'], number: (n: number) => string): string {
  return (Object.entries(delays) as [keyof typeof delays, number][])
    .sort((a, b) => b[1] - a[1])
    .map(([reason, n]) => `${delayReasonWords[reason].toLowerCase()} (${number(n)})`)
    .join(', ');
}

/** Nobody is asked: what that comes from, and the way out. */
function NobodyAsked({ campaign, found }: { campaign: CampaignView; found: CampaignPreview }) {
  const { skipped } = found;
  const most = (Object.entries(skipped) as [keyof typeof skipped, number][]).sort((a, b) => b[1] - a[1])[0]?.[0];
  const toAudience = (
    <Link to="/campaigns/$campaignId" params={{ campaignId: campaign.id }} search={{ step: 'audience' }}>
      Change the audience
    </Link>
  );
  const toCustomers = <Link to="/customers">Import addresses and consents</Link>;
  const toPolicy = <Link to="/settings/contact-policy">Look at the contact policy</Link>;
  const [text, action] =
    found.audience === 0
      ? ['No customer fulfils all conditions of this audience.', toAudience]
      : most === 'no_address' || most === 'no_consent'
        ? ['They have no address, or no consent to be asked.', toCustomers]
        : most === 'contacted_recently' || most === 'yearly_maximum' || most === 'metric_recently'
          ? ['They were asked too short a time ago, or will be.', toPolicy]
          : ['The reasons stand below.', toAudience];
  return (
    <EmptyState title="No one is reachable" action={action} compact>
      {text} Launching would send nothing.
    </EmptyState>
  );
}
