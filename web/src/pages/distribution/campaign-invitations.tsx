import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import {
  INVITATION_STATUSES,
  InvitationView,
  type CampaignView,
} from '../../../../src/distribution/distribution.contract.js';
import { api, newIdempotencyKey } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime } from '../../components/figures.js';
import { FilterBar } from '../../components/filter-bar.js';
import { toast } from '../../components/toasts.js';
import { useFormat } from '../../format.js';
import { useCursorList } from '../../lists.js';
import { useCan } from '../../session.js';
import { askChannelWords } from '../channels/channel-field.js';
import { languageName } from '../surveys/survey-words.js';
import { invitationStatus } from './distribution-words.js';

/** Who was asked or not, by status; what may not have arrived can be sent again by a person. */
export function Invitations({ campaign }: { campaign: CampaignView }) {
  const search = useSearch({ from: '/shell/campaigns/$campaignId' });
  const navigate = useNavigate({ from: '/campaigns/$campaignId' });
  const status = INVITATION_STATUSES.find((one) => one === search.status);
  const list = useCursorList(['campaigns', 'invitations', campaign.id], '/invitations', InvitationView, {
    campaignId: campaign.id,
    status,
  });
  const client = useQueryClient();
  const state = JSON.stringify(campaign.counts);
  // The counts are asked for again and again; the list only when they say that something happened.
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['campaigns', 'invitations', campaign.id] });
  }, [client, campaign.id, state]);
  const canEdit = useCan('manager');
  const format = useFormat();
  const [again, setAgain] = useState<InvitationView | null>(null);
  const columns: Column<InvitationView>[] = [
    {
      key: 'customer',
      header: 'Customer',
      render: (row) =>
        row.customerId ? (
          <Link to="/customers/$customerId" params={{ customerId: row.customerId }}>
            {row.customerName ?? 'Customer without a name'}
          </Link>
        ) : (
          'Erased'
        ),
    },
    {
      key: 'status',
      header: 'What became of it',
      render: (row) => (
        <>
          <StatusPill tone={invitationStatus[row.status].tone}>{invitationStatus[row.status].word}</StatusPill>
          {row.skipReasonText || row.delayReasonText ? (
            <Under>{row.skipReasonText ?? row.delayReasonText}</Under>
          ) : null}
          {row.status === 'unknown' && canEdit ? (
            <Button variant="default" size="compact-sm" mt={4} onClick={() => setAgain(row)}>
              Send again<span className="hb-visually-hidden"> to {row.customerName ?? 'this customer'}</span>
            </Button>
          ) : null}
        </>
      ),
    },
    { key: 'channel', header: 'Channel', render: (row) => askChannelWords[row.channel] },
    { key: 'locale', header: 'Language', render: (row) => languageName(row.locale) },
    {
      key: 'at',
      header: 'When',
      render: (row) => {
        const at = row.answeredAt ?? row.sentAt ?? row.sendAt;
        return at ? <DateTime at={at} /> : '–';
      },
    },
  ];
  return (
    <Card
      heading={<span id="who">Who</span>}
      flush
      {...(canEdit
        ? {
            actions: (
              <Button
                component="a"
                variant="default"
                size="compact-sm"
                href={`/api/v1/campaigns/${campaign.id}/invitations.csv`}
                download={`${campaign.name}.csv`}
              >
                CSV
              </Button>
            ),
          }
        : {})}
    >
      <div style={{ padding: '0 18px 10px' }}>
        <FilterBar
          filters={[
            {
              key: 'status',
              label: 'Status',
              kind: 'choice',
              options: INVITATION_STATUSES.map((value) => ({ value, label: invitationStatus[value].word })),
            },
          ]}
          values={{ status }}
          onChange={(values) =>
            void navigate({
              search: (before) => ({ ...before, status: values['status'] as string }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      </div>
      <DataTable
        caption="Invitations of this campaign"
        columns={columns}
        rowKey={(row) => row.id}
        list={list}
        empty={
          <EmptyState title={status ? 'Nobody with this status' : 'No invitations yet'} compact>
            {status ? null : 'They are made in the minutes after the launch.'}
          </EmptyState>
        }
      />
      <ConfirmDialog
        opened={again !== null}
        onClose={() => setAgain(null)}
        title="Send this mail again"
        action={`Send again to ${again?.customerName ?? 'this customer'}`}
        onConfirm={async () => {
          if (!again) return;
          await api('POST', `/invitations/${again.id}/send-again`, InvitationView, {
            idempotencyKey: newIdempotencyKey(),
          });
          await client.invalidateQueries({ queryKey: ['campaigns'] });
          toast.done('The mail is on its way again.');
        }}
      >
        <p>
          The connection broke while it was being handed over
          {again?.sentAt ? ` on ${format.dateTime(again.sentAt)}` : ''}: it may have arrived. Sent again, they may get
          it twice; the link is the same, so one answer counts.
        </p>
      </ConfirmDialog>
    </Card>
  );
}
