import { Button, Checkbox, Menu, Radio, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ApiError } from '../../api.js';
import { Avatar } from '../../components/avatar.js';
import { DueBadge, ScoreBadge, SentimentTag, StatusPill } from '../../components/badges.js';
import { Card, Tile } from '../../components/card.js';
import { ChartFrame } from '../../components/chart-frame.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { DataTable, Under } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { Money, Signed } from '../../components/figures.js';
import { FilterBar, type FilterValues } from '../../components/filter-bar.js';
import { ErrorSummary } from '../../components/form.js';
import { Kbd } from '../../components/kbd.js';
import { PageHeader } from '../../components/page-header.js';
import { Segmented } from '../../components/segmented.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { Message, Thread, ThreadEvent } from '../../components/thread.js';
import { Timeline } from '../../components/timeline.js';
import { toast } from '../../components/toasts.js';
import { ViewTabs } from '../../components/view-tabs.js';

const minutes = (n: number): string => new Date(Date.now() + n * 60_000).toISOString();
const series = [24, 26, 22, 31, 38, 43];

/** Every component in its states, for looking at and for axe. Only in development builds. */
export function GalleryPage() {
  const [values, setValues] = useState<FilterValues>({ score: '0-6', overdue: true });
  const [segment, setSegment] = useState<'13' | '26'>('26');
  const [confirm, setConfirm] = useState(false);
  return (
    <main style={{ padding: 24 }} className="hb-stack">
      <PageHeader
        title="Gallery"
        lead="Every component in its states"
        actions={
          <>
            <Segmented
              label="Period"
              value={segment}
              onChange={setSegment}
              options={[
                { value: '13', label: '13 weeks' },
                { value: '26', label: '26 weeks' },
              ]}
            />
            <Button variant="default">Print</Button>
            <Button>Resolve</Button>
          </>
        }
      />
      <div className="hb-grid">
        <Tile
          label="NPS"
          figure="+28"
          sentence={
            <>
              likely between <b>+26</b> and <b>+31</b>
            </>
          }
          change={{ signal: true, text: '+4', against: 'on the 13 weeks before' }}
        />
        <Tile
          label="Confirmed fixed"
          figure="62%"
          change={{ signal: false, text: '+1 point', against: 'within chance' }}
        />
        <Tile
          label="Effect"
          figure="–"
          sentence="32 responses so far"
          change={{ signal: null, text: '', against: 'the trend starts at 30 a week' }}
        />
        <Tile
          label="Responses"
          figure="3,937"
          sentence="24% of 16,890 invitations"
          note="Left out: 148 mail scanners"
        />
      </div>
      <Card heading="Badges" sub="Colour is never alone">
        <div className="hb-row">
          <ScoreBadge score={2} />
          <ScoreBadge score={7} />
          <ScoreBadge score={10} />
          <ScoreBadge score={2} large />
          <ScoreBadge score={null} />
          <DueBadge at={minutes(-26)} />
          <DueBadge at={minutes(57)} />
          <DueBadge at={minutes(391)} />
          <StatusPill>Planned</StatusPill>
          <StatusPill tone="brand">Started</StatusPill>
          <StatusPill tone="good">Confirmed</StatusPill>
          <StatusPill tone="soon">Waiting</StatusPill>
          <StatusPill tone="late">Reopened</StatusPill>
          <SentimentTag aspect="Appointment kept" label="negative" />
          <SentimentTag aspect="Price" label="neutral" />
          <SentimentTag label="positive" />
          <SentimentTag label={null} />
          <Avatar name="Maja Kovač" />
          <Avatar name="Jonas Olsen" size={24} />
          <Avatar name="Ingrid Solberg" kind="customer" size={32} />
          <Avatar name={null} />
          <Kbd keys="mod+Enter" />
          <Money amount={4120} />
          <Signed value={-14} />
        </div>
      </Card>
      <Card flush>
        <ViewTabs
          label="Views"
          current="mine"
          tabs={[
            { value: 'needs', label: 'Needs reply', count: 8 },
            { value: 'mine', label: 'Mine', count: 3 },
            { value: 'resolved', label: 'Resolved' },
          ]}
          link={(value, props) => <a key={value} href={`#${value}`} {...props} />}
        />
        <div style={{ padding: 12 }}>
          <FilterBar
            filters={[
              {
                key: 'score',
                label: 'Score',
                kind: 'choice',
                options: [
                  { value: '0-6', label: '0–6' },
                  { value: '7-8', label: '7–8' },
                ],
              },
              { key: 'overdue', label: 'Overdue', kind: 'flag' },
              { key: 'q', label: 'Words', kind: 'text' },
              { key: 'from', label: 'Opened after', kind: 'day' },
            ]}
            values={values}
            onChange={setValues}
          />
        </div>
        <DataTable
          caption="Pain points"
          rowKey={(row) => row.name}
          rows={[
            { name: 'Installer did not show up', where: 'Meter install', n: 34, lost: -4.1 },
            { name: 'Estimated reading too high', where: 'First bill', n: 51, lost: -3.2 },
          ]}
          sort="-n"
          onSort={() => undefined}
          columns={[
            {
              key: 'name',
              header: 'Pain point',
              render: (row) => (
                <>
                  <a href="#x">{row.name}</a>
                  <Under>{row.where}</Under>
                </>
              ),
            },
            { key: 'n', header: 'Customers', align: 'end', sort: 'n', render: (row) => row.n },
            { key: 'lost', header: 'NPS lost', align: 'end', render: (row) => <Signed value={row.lost} digits={1} /> },
          ]}
          empty={<EmptyState title="No pain points" />}
        />
      </Card>
      <div className="hb-grid">
        <Card heading="Thread">
          <Thread label="Conversation">
            <ThreadEvent at={minutes(-90)}>
              Case opened by rule <strong>Score 0–6 with permission to contact</strong>
            </ThreadEvent>
            <Message kind="note" author="Jonas Olsen" at={minutes(-60)}>
              Installer partner moved the slot twice without telling us.
            </Message>
            <Message kind="reply" author="Maja Kovač" at={minutes(-50)} channel="Email to Ingrid" state="Delivered">
              Hello Ingrid, I am sorry. Three lost mornings is not acceptable.
            </Message>
            <Message kind="customer" author="Ingrid Solberg" at={minutes(-30)}>
              Thursday works.
            </Message>
          </Thread>
        </Card>
        <Card heading="Timeline">
          <Timeline
            label="Customer"
            items={[
              { id: '1', at: minutes(-9000), title: 'Meter install', body: 'Event' },
              { id: '2', at: minutes(-8000), title: 'Invitation skipped', body: 'Asked 12 days ago', look: 'quiet' },
              { id: '3', at: minutes(-100), title: 'Case opened', look: 'open' },
            ]}
          />
        </Card>
        <ChartFrame
          heading="NPS by week"
          sub="Weekly"
          csvName="nps"
          points={series.map((nps, week) => `week ${week + 1}: NPS +${nps}`)}
          table={{ columns: ['Week', 'NPS'], rows: series.map((nps, week) => [week + 1, nps]) }}
        >
          {(active) => (
            <svg viewBox="0 0 300 80" aria-hidden="true">
              {series.map((nps, week) => (
                <circle
                  key={week}
                  cx={20 + week * 50}
                  cy={80 - nps}
                  r={week === active ? 6 : 3}
                  fill="var(--hb-brand)"
                />
              ))}
            </svg>
          )}
        </ChartFrame>
      </div>
      <div className="hb-grid">
        <Card heading="Fields">
          <div className="hb-stack">
            <ErrorSummary form={null} problems={[{ message: 'Choose a number from 0 to 10' }]} />
            <TextInput label="Question" description="One short sentence." defaultValue="What is the main reason?" />
            <TextInput label="Name" error="Enter a name" placeholder="Placeholder" />
            <Textarea label="Hint" autosize minRows={2} />
            <Select label="Answer" data={['Optional', 'Required']} defaultValue="Optional" />
            <TextInput label="Disabled" disabled defaultValue="Not now" />
            <Checkbox label="Ask me after an appointment" defaultChecked />
            <Checkbox label="Ask me once a year" />
            <Radio.Group label="Contact">
              <Radio value="yes" label="Yes" />
              <Radio value="no" label="No" />
            </Radio.Group>
            <Switch label="Enabled" defaultChecked />
            <div className="hb-row">
              <Button>Save</Button>
              <Button variant="default">Cancel</Button>
              <Button variant="light">Light</Button>
              <Button variant="subtle">Subtle</Button>
              <Button color="red" onClick={() => setConfirm(true)}>
                Erase
              </Button>
              <Button disabled>Disabled</Button>
              <Menu>
                <Menu.Target>
                  <Button variant="default">Menu</Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item>Copy link</Menu.Item>
                  <Menu.Item color="red">Remove</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </div>
            <div className="hb-row">
              <Button variant="default" onClick={() => toast.done('Saved.')}>
                Toast
              </Button>
              <Button variant="default" onClick={() => toast.undo('Assigned to Maja.', () => undefined)}>
                Undo toast
              </Button>
              <Button variant="default" onClick={() => toast.failed('Not saved. Try again.')}>
                Failure
              </Button>
            </div>
          </div>
        </Card>
        <Card heading="States">
          <EmptyState
            title="No one is waiting for a reply."
            action={<Button variant="default">Open all cases</Button>}
          />
          <ErrorState error={new ApiError(500, 'internal', 'x', [], '01JD-88')} onRetry={() => undefined} />
          <SkeletonCard />
        </Card>
      </div>
      <ConfirmDialog
        opened={confirm}
        onClose={() => setConfirm(false)}
        title="Erase Ingrid Solberg"
        action="Erase this customer"
        danger
        typed="Ingrid Solberg"
        onConfirm={() => new Promise((resolve) => setTimeout(resolve, 400))}
      >
        Answers, cases and messages of this customer are removed for good.
      </ConfirmDialog>
    </main>
  );
}
