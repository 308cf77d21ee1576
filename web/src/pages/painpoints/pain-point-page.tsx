import { Button, Menu, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { CheckIcon, ChevronDownIcon, PencilIcon } from '@primer/octicons-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { z } from 'zod';
import { PainPointView } from '../../../../src/painpoints/painpoints.contract.js';
import { api, ApiError } from '../../api.js';
import { Avatar } from '../../components/avatar.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime, Money } from '../../components/figures.js';
import { NotFound } from '../../components/not-found.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { Spark } from '../../components/spark.js';
import { toast } from '../../components/toasts.js';
import { signed, useFormat } from '../../format.js';
import { useUserName, useUsers } from '../../reference.js';
import { useCan } from '../../session.js';
import { lost, period, statuses, statusTones, statusWords, type PainPoint, type Status } from './pain-points-data.js';
import { PainPointHistory } from './pain-point-history.js';
import { Statements } from './pain-point-statements.js';
import classes from './pain-points.module.css';

const MergeDialog = lazy(() => import('./pain-point-dialogs.js').then((m) => ({ default: m.MergeDialog })));
const SplitDialog = lazy(() => import('./pain-point-dialogs.js').then((m) => ({ default: m.SplitDialog })));
const ImprovementDialog = lazy(() =>
  import('../actions/improvement-dialog.js').then((m) => ({ default: m.ImprovementDialog })),
);

type Panel = 'merge' | 'split' | 'improvement' | null;

export function PainPointPage() {
  const { painPointId } = useParams({ from: '/shell/pain-points/$painPointId' });
  const search = useSearch({ from: '/shell/pain-points/$painPointId' });
  const query = useQuery({
    queryKey: ['pain-points', 'one', painPointId, period(search)],
    queryFn: ({ signal }) =>
      api('GET', `/pain-points/${painPointId}`, PainPointView, { query: period(search), signal }),
  });
  if (query.data) return <OpenPainPoint found={query.data} />;
  if (query.error instanceof ApiError && query.error.status === 404) return <NotFound />;
  return (
    <>
      <PageHeader title="Pain point" section="Pain points" />
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div className="hb-stack">
          <SkeletonCard height={110} />
          <SkeletonCard height={360} />
        </div>
      )}
    </>
  );
}

function OpenPainPoint({ found }: { found: PainPoint }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const format = useFormat();
  const search = useSearch({ from: '/shell/pain-points/$painPointId' });
  const canManage = useCan('manager');
  const users = useUsers();
  const ownerName = useUserName();
  const [panel, setPanel] = useState<Panel>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['pain-points'] });

  const change = async (
    wanted: { name?: string; status?: Status; ownerId?: string | null },
    done: string,
  ): Promise<void> => {
    const key = ['pain-points', 'one', found.id, period(search)];
    client.setQueryData<PainPoint>(key, { ...found, ...wanted });
    try {
      await api('PATCH', `/pain-points/${found.id}`, z.unknown(), { body: { ...wanted, version: found.version } });
      toast.undo(done, async () => {
        const back = {
          ...('name' in wanted ? { name: found.name } : {}),
          ...('status' in wanted ? { status: found.status } : {}),
          ...('ownerId' in wanted ? { ownerId: found.ownerId } : {}),
        };
        await api('PATCH', `/pain-points/${found.id}`, z.unknown(), { body: back });
        await refresh();
      });
    } catch (error) {
      client.setQueryData(key, found);
      toast.failed(
        error instanceof ApiError && error.status === 409
          ? 'Not changed, because somebody else changed it first. Look again and repeat what is still right.'
          : 'Not changed.',
        error,
      );
    }
    await refresh();
  };

  return (
    <>
      <PageHeader
        title={found.name}
        section="Pain points"
        crumbs={[
          <Link key="all" to="/pain-points" search={search}>
            Pain points
          </Link>,
        ]}
        lead={
          <>
            {found.touchpointName ?? 'No touchpoint'}
            {found.theme ? ` · ${found.theme}` : ''} · first seen <DateTime at={found.firstSeenAt} as="date" />
            {found.lastSeenAt ? (
              <>
                , last <DateTime at={found.lastSeenAt} as="ago" />
              </>
            ) : null}
          </>
        }
        actions={
          canManage ? (
            <>
              <Button variant="default" onClick={() => setPanel('merge')}>
                Merge…
              </Button>
              {found.improvement ? null : <Button onClick={() => setPanel('improvement')}>Start an improvement</Button>}
            </>
          ) : null
        }
      />
      <div className="hb-stack">
        <div className={classes['bar']}>
          {canManage ? (
            <>
              <Rename found={found} onRename={(name) => void change({ name }, 'Renamed.')} />
              <Menu position="bottom-start">
                <Menu.Target>
                  <button type="button" className={classes['pick']}>
                    <span className="hb-visually-hidden">Status: </span>
                    <StatusPill tone={statusTones[found.status]}>{statusWords[found.status]}</StatusPill>
                    <ChevronDownIcon size={12} />
                  </button>
                </Menu.Target>
                <Menu.Dropdown>
                  {statuses.map((status) => (
                    <Menu.Item
                      key={status}
                      rightSection={status === found.status ? <CheckIcon size={16} aria-label="current" /> : null}
                      onClick={() => void change({ status }, `Status is now “${statusWords[status]}”.`)}
                    >
                      {statusWords[status]}
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
              <Menu position="bottom-start" width={240}>
                <Menu.Target>
                  <button type="button" className={classes['pick']}>
                    <Avatar name={ownerName(found.ownerId)} decorative />
                    <span className="hb-visually-hidden">Owner: </span>
                    {ownerName(found.ownerId) ?? 'Nobody'}
                    <ChevronDownIcon size={12} />
                  </button>
                </Menu.Target>
                <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
                  <Menu.Item
                    leftSection={<Avatar name={null} decorative />}
                    onClick={() => void change({ ownerId: null }, 'Nobody owns it now.')}
                  >
                    Nobody
                  </Menu.Item>
                  {users
                    .filter((user) => !user.disabled)
                    .map((user) => (
                      <Menu.Item
                        key={user.id}
                        leftSection={<Avatar name={user.name} decorative />}
                        onClick={() => void change({ ownerId: user.id }, `${user.name} owns it now.`)}
                      >
                        {user.name}
                      </Menu.Item>
                    ))}
                </Menu.Dropdown>
              </Menu>
            </>
          ) : (
            <>
              <StatusPill tone={statusTones[found.status]}>{statusWords[found.status]}</StatusPill>
              <span className="hb-second">Owner: {ownerName(found.ownerId) ?? 'nobody'}</span>
            </>
          )}
          {found.emerging ? (
            <StatusPill tone="soon">
              Emerging: {found.recent.seen} in the last {found.recent.days} days,{' '}
              {format.number(found.recent.expected, 1)} expected
            </StatusPill>
          ) : null}
        </div>
        <div className={classes['figures']}>
          <Figure
            label="Customers"
            figure={format.number(found.customers)}
            note={`${signed(found.customers - found.customersBefore)} on the period before`}
          />
          <Figure
            label="Statements"
            figure={format.number(found.count)}
            note={
              <Spark
                values={found.trend.map((one) => one.count)}
                title="Statements per week"
                description={found.trend.map((one) => `${format.day(one.start)}: ${one.count}`).join(', ')}
                width={120}
                height={26}
              />
            }
          />
          <Figure
            label="NPS points lost"
            figure={signed(lost(found.impact), 1)}
            note={
              found.impact === null
                ? 'too few scored answers'
                : `estimated, of the score at ${found.touchpointName ?? 'all touchpoints'}`
            }
          />
          <Figure
            label="Open cases"
            figure={
              <Link to="/cases" search={{ view: 'all', painPoint: found.id, status: 'open' }}>
                {found.openCases}
              </Link>
            }
            note={
              <Link to="/cases" search={{ view: 'all', painPoint: found.id }}>
                all its cases
              </Link>
            }
          />
          <Figure
            label="Lifetime value"
            figure={<Money amount={found.lifetimeValue} />}
            note="of the customers who said it"
          />
        </div>
        {found.improvement ? (
          <Card>
            <div className={classes['improvement']}>
              <span>
                <b>Improvement:</b>{' '}
                <Link to="/improvements/$improvementId" params={{ improvementId: found.improvement.id }}>
                  {found.improvement.name}
                </Link>
              </span>
              <StatusPill tone="brand">{found.improvement.status}</StatusPill>
            </div>
          </Card>
        ) : null}
        <Statements
          found={found}
          chosen={chosen}
          onChosen={setChosen}
          onSplit={canManage ? () => setPanel('split') : null}
          onChanged={refresh}
        />
        <PainPointHistory found={found} onChanged={refresh} />
      </div>
      <Suspense fallback={null}>
        {panel === 'merge' ? (
          <MergeDialog
            found={found}
            onClose={() => setPanel(null)}
            onMerged={(into) => {
              toast.done(`Merged into “${into.name}”.`);
              void refresh();
              void navigate({ to: '/pain-points/$painPointId', params: { painPointId: into.id }, search });
            }}
          />
        ) : null}
        {panel === 'split' ? (
          <SplitDialog
            found={found}
            statementIds={[...chosen]}
            onClose={() => setPanel(null)}
            onSplit={(made) => {
              toast.done(`${chosen.size} statements are now “${made.name}”.`);
              setChosen(new Set());
              void refresh();
            }}
          />
        ) : null}
        {panel === 'improvement' ? (
          <ImprovementDialog
            painPoint={{ id: found.id, name: found.name }}
            onClose={() => setPanel(null)}
            onSaved={(made) => {
              void refresh();
              void navigate({ to: '/improvements/$improvementId', params: { improvementId: made.id } });
            }}
          />
        ) : null}
      </Suspense>
    </>
  );
}

function Figure({ label, figure, note }: { label: string; figure: React.ReactNode; note: React.ReactNode }) {
  return (
    <div className={classes['figure']}>
      <p className={classes['figureLabel']}>{label}</p>
      <p className={classes['figureValue']}>{figure}</p>
      <p className={classes['figureNote']}>{note}</p>
    </div>
  );
}

function Rename({ found, onRename }: { found: PainPoint; onRename: (name: string) => void }) {
  const [editing, setEditing] = useState(false);
  const [text, setText] = useState(found.name);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setEditing(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  if (!editing)
    return (
      <button
        ref={button}
        type="button"
        className={classes['pick']}
        onClick={() => {
          setText(found.name);
          setEditing(true);
        }}
      >
        <PencilIcon size={14} /> Rename
      </button>
    );
  return (
    <form
      className={classes['rename']}
      onSubmit={(event) => {
        event.preventDefault();
        const name = text.trim();
        if (name === '') return;
        close();
        if (name !== found.name) onRename(name);
      }}
    >
      <TextInput
        aria-label="Name"
        value={text}
        maxLength={120}
        error={text.trim() === '' ? 'Enter a name' : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
        }}
        autoFocus
        w={280}
      />
      <Button type="submit">Save name</Button>
      <Button variant="default" onClick={close}>
        Cancel
      </Button>
    </form>
  );
}
