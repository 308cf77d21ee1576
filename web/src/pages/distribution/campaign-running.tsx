import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { CampaignView, type SkipReason } from '../../../../src/distribution/distribution.contract.js';
import { api, newIdempotencyKey } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { Card, Tile } from '../../components/card.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { DateTime } from '../../components/figures.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { useFormat } from '../../format.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { audienceWords } from './audience.js';
import { campaignsCrumb } from './campaign-crumb.js';
import { CyclesCard } from './campaign-cycles.js';
import { DuplicateButton } from './campaign-duplicate.js';
import { Invitations } from './campaign-invitations.js';
import { Progress } from './campaign-progress.js';
import classes from './campaign.module.css';
import { campaignStatus, invitationStatus, sampleWords, skipWords } from './distribution-words.js';
import { rivalryWords } from './rivalry-fields.js';
import { whenWords } from './schedule-words.js';

/** A launched campaign: what became of everyone in its audience. */
export function CampaignRunning({ campaign }: { campaign: CampaignView }) {
  const canEdit = useCan('manager');
  const client = useQueryClient();
  const format = useFormat();
  const { busy, run } = useWrite();
  const [cancelling, setCancelling] = useState(false);
  const { counts, status } = campaign;
  const show = (next: CampaignView): void => {
    client.setQueryData(['campaigns', 'one', campaign.id], next);
    void client.invalidateQueries({ queryKey: ['campaigns', 'list'] });
  };
  const step = async (verb: 'pause' | 'resume' | 'cancel'): Promise<void> =>
    show(await api('POST', `/campaigns/${campaign.id}/${verb}`, CampaignView, { idempotencyKey: newIdempotencyKey() }));
  const isOpen = status === 'planning' || status === 'running' || status === 'paused';
  const delivered = counts.mailed - counts.bounced;
  const zone = `Times in ${format.timeZone}`;
  return (
    <>
      <PageHeader
        title={campaign.name}
        section="Campaigns"
        crumbs={campaignsCrumb}
        lead={
          <>
            <StatusPill tone={campaignStatus[status].tone}>{campaignStatus[status].word}</StatusPill>{' '}
            <Link to="/surveys/$surveyId" params={{ surveyId: campaign.surveyId }}>
              {campaign.surveyName}
            </Link>
            {campaign.launchedAt ? (
              <>
                {' '}
                · launched <DateTime at={campaign.launchedAt} />
              </>
            ) : null}
            {' · '}
            {zone}
          </>
        }
        actions={
          canEdit ? (
            <>
              <DuplicateButton campaign={campaign} />
              {!isOpen ? null : status === 'paused' ? (
                <Button
                  loading={busy === 'resume'}
                  onClick={() =>
                    void run('resume', 'The campaign is still paused.', async () => {
                      await step('resume');
                      toast.done('Mails go out again.');
                    })
                  }
                >
                  Resume
                </Button>
              ) : (
                <Button
                  variant="default"
                  loading={busy === 'pause'}
                  onClick={() =>
                    void run('pause', 'The campaign was not paused.', async () => {
                      await step('pause');
                      toast.done('Paused. Nothing goes out until you resume it.');
                    })
                  }
                >
                  Pause
                </Button>
              )}
              {isOpen ? (
                <Button variant="default" onClick={() => setCancelling(true)}>
                  Cancel campaign
                </Button>
              ) : null}
            </>
          ) : null
        }
      />
      <div className="hb-stack">
        <div className="hb-grid" style={{ ['--hb-grid-min' as string]: '150px' }}>
          <Tile
            label="Audience"
            figure={format.number(counts.audience)}
            note={status === 'planning' ? 'Invitations are still being made' : audienceWords(campaign.audience)}
          />
          <Tile
            label="Mailed"
            figure={
              <StatusLink id={campaign.id} status="sent">
                {format.number(counts.mailed)}
              </StatusLink>
            }
            note={<Progress counts={counts} />}
          />
          <Tile
            label="Answered"
            figure={
              <StatusLink id={campaign.id} status="answered">
                {format.number(counts.answered)}
              </StatusLink>
            }
            note={
              delivered > 0
                ? `${format.percent(counts.answered / delivered)} of ${format.number(delivered)} delivered`
                : 'Nobody was mailed yet'
            }
          />
          <Tile
            label="Bounced"
            figure={
              <StatusLink id={campaign.id} status="bounced">
                {format.number(counts.bounced)}
              </StatusLink>
            }
            note={counts.mailed > 0 ? `${format.percent(counts.bounced / counts.mailed, 1)} of mails` : 'None'}
          />
          <Tile
            label="Not asked"
            figure={
              <StatusLink id={campaign.id} status="skipped">
                {format.number(counts.skipped)}
              </StatusLink>
            }
            note="Reasons below"
          />
        </div>
        {counts.unknown > 0 ? (
          <p role="note">
            Of {format.number(counts.unknown)} {counts.unknown === 1 ? 'mail' : 'mails'} it is not known whether{' '}
            {counts.unknown === 1 ? 'it' : 'they'} went: the connection broke on the way. Nothing is sent twice by
            itself.{' '}
            <StatusLink id={campaign.id} status="unknown">
              Look at them
            </StatusLink>
            {canEdit ? ' to send again.' : '.'}
          </p>
        ) : null}
        {campaign.pausedBecause === null ? null : (
          <p role="status">
            <strong>Paused by Hearback.</strong> {campaign.pausedBecause} Nothing goes out until somebody resumes it.
          </p>
        )}
        {campaign.held ? (
          <p className="hb-meta">
            {format.number(campaign.held.mails)} {campaign.held.mails === 1 ? 'mail is' : 'mails are'} held by{' '}
            {
              {
                organization: 'the send rate',
                recipient_domain: 'the send rate of one mail provider',
                warm_up: 'the warm-up of your sender domain',
              }[campaign.held.by]
            }{' '}
            until about <DateTime at={campaign.held.until} />.
          </p>
        ) : null}
        {campaign.recurrence ? <CyclesCard campaign={campaign} /> : null}
        <div className="hb-grid" style={{ ['--hb-grid-min' as string]: '340px' }}>
          <Card heading="What became of it">
            <Outcomes id={campaign.id} counts={counts} />
            {campaign.nextSendAt ? (
              <p className="hb-meta">
                The next mail goes <DateTime at={campaign.nextSendAt} /> ({format.timeZone}).
              </p>
            ) : null}
          </Card>
          <Card heading="Why some were not asked">
            <SkipList skipped={campaign.skipped} />
          </Card>
          <Card heading="How it was set up">
            <dl className={classes['facts']}>
              <dt>Audience</dt>
              <dd>{audienceWords(campaign.audience)}</dd>
              <dt>Sample</dt>
              <dd>{sampleWords(campaign.sampleRate)}</dd>
              <dt>Sent</dt>
              <dd>{whenWords(campaign, format)}</dd>
              <dt>Among others</dt>
              <dd>{rivalryWords(campaign)}</dd>
              <dt>Reminders</dt>
              <dd>
                {campaign.reminders.length === 0
                  ? 'none'
                  : campaign.reminders
                      .map(
                        (one) =>
                          `after ${one.afterDays} ${one.afterDays === 1 ? 'day' : 'days'}${one.texts ? ' in your words' : ''}`,
                      )
                      .join(', ')}
              </dd>
            </dl>
          </Card>
        </div>
        <Invitations campaign={campaign} />
      </div>
      <ConfirmDialog
        opened={cancelling}
        onClose={() => setCancelling(false)}
        title={`Cancel ${campaign.name}`}
        action={`Cancel ${format.number(counts.scheduled)} ${counts.scheduled === 1 ? 'mail' : 'mails'} and all reminders`}
        danger
        onConfirm={() => step('cancel')}
      >
        <p>What was not sent yet never goes out. Links that are already out still take answers.</p>
      </ConfirmDialog>
    </>
  );
}

function StatusLink({ id, status, children }: { id: string; status: string; children: string }) {
  return (
    <Link to="/campaigns/$campaignId" params={{ campaignId: id }} search={{ status }} hash="who" replace>
      {children}
    </Link>
  );
}

function Outcomes({ id, counts }: { id: string; counts: CampaignView['counts'] }) {
  const format = useFormat();
  const rows = (
    ['scheduled', 'sent', 'answered', 'bounced', 'expired', 'cancelled', 'unknown', 'skipped'] as const
  ).map((key) => ({ key, n: counts[key] }));
  return (
    <ul className={classes['bars']}>
      {rows
        .filter(({ n }) => n > 0)
        .map(({ key, n }) => (
          <BarRow
            key={key}
            label={
              <StatusLink id={id} status={key}>
                {key === 'sent' ? 'Sent, not answered yet' : invitationStatus[key].word}
              </StatusLink>
            }
            n={n}
            of={counts.audience}
          />
        ))}
      {rows.every(({ n }) => n === 0) ? <li className="hb-second">Nothing yet.</li> : null}
      <li className={classes['sum']}>
        <span>Together</span>
        <span>{format.number(counts.audience)}</span>
      </li>
    </ul>
  );
}

export function BarRow({ label, n, of }: { label: ReactNode; n: number; of: number }) {
  const format = useFormat();
  return (
    <li>
      <span>{label}</span>
      <span className="hb-num">{format.number(n)}</span>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="4" className={classes['track']} />
        <rect width={of === 0 ? 0 : (n / of) * 100} height="4" className={classes['bar']} />
      </svg>
    </li>
  );
}

/** Reasons with their counts, most first. */
export function SkipList({ skipped }: { skipped: CampaignView['skipped'] }) {
  const rows = (Object.entries(skipped) as [SkipReason, number][]).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
  const sum = rows.reduce((total, [, n]) => total + n, 0);
  if (rows.length === 0) return <p className="hb-second">Everyone in the audience is asked.</p>;
  return (
    <ul className={classes['bars']}>
      {rows.map(([reason, n]) => (
        <BarRow key={reason} label={skipWords[reason]} n={n} of={sum} />
      ))}
    </ul>
  );
}
