import { Button, Menu, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { CheckIcon, ChevronDownIcon, PencilIcon } from '@primer/octicons-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { z } from 'zod';
import { PainPointStatement, PainPointView } from '../../../../src/painpoints/painpoints.contract.js';
import { api, ApiError } from '../../api.js';
import { Avatar } from '../../components/avatar.js';
import { ScoreBadge, StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ListFoot } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime, Money } from '../../components/figures.js';
import { NotFound } from '../../components/not-found.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard, SkeletonLines } from '../../components/skeleton.js';
import { Spark } from '../../components/spark.js';
import { toast } from '../../components/toasts.js';
import { signed, useFormat } from '../../format.js';
import { useHotkeys } from '../../hotkeys.js';
import { useCursorList } from '../../lists.js';
import { useUserName, useUsers } from '../../reference.js';
import { useCan } from '../../session.js';
import { lost, period, statuses, statusTones, statusWords, type PainPoint, type Status } from './pain-points-data.js';
import classes from './pain-points.module.css';

const MergeDialog = lazy(() => import('./pain-point-dialogs.js').then((m) => ({ default: m.MergeDialog })));
const SplitDialog = lazy(() => import('./pain-point-dialogs.js').then((m) => ({ default: m.SplitDialog })));
const ImprovementDialog = lazy(() =>
  import('../actions/improvement-dialog.js').then((m) => ({ default: m.ImprovementDialog })),
);

type Statement = z.infer<typeof PainPointStatement>;
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
            {found.touchpointName ?? 'No touchpoint'} · first seen <DateTime at={found.firstSeenAt} as="date" />
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
              Emerging: {found.recent.seen} in the last week, {format.number(found.recent.expected, 1)} expected
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

/** How far the grouping can be trusted, in words. */
function sureness(found: PainPoint, shown: readonly Statement[]): string {
  const placed = shown.filter((one) => one.placedByPerson).length;
  const people =
    placed > 0 ? `${placed} of the ${shown.length} shown were placed by people; they stay where they are.` : '';
  const few = found.customers < 10 ? 'With so few customers the group may still change. ' : '';
  return `The machine puts statements together that share words. ${few}Read some before you act, and throw out what does not belong. ${people}`;
}

function Statements({
  found,
  chosen,
  onChosen,
  onSplit,
  onChanged,
}: {
  found: PainPoint;
  chosen: ReadonlySet<string>;
  onChosen: (chosen: ReadonlySet<string>) => void;
  onSplit: (() => void) | null;
  onChanged: () => Promise<void>;
}) {
  const search = useSearch({ from: '/shell/pain-points/$painPointId' });
  const canAct = useCan('agent');
  const list = useCursorList(
    ['pain-points', 'statements', found.id],
    `/pain-points/${found.id}/statements`,
    PainPointStatement,
    period(search),
  );
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const box = useRef<HTMLUListElement>(null);
  const shown = list.items.filter((one) => !gone.has(one.id));

  const rows = (): HTMLElement[] => [...(box.current?.querySelectorAll<HTMLElement>('[data-statement]') ?? [])];
  const here = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>('[data-statement]') ?? null;
  const move = (step: 1 | -1): void => {
    const all = rows();
    const at = all.indexOf(here() as HTMLElement);
    all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  };
  const throwOut = async (statement: Statement): Promise<void> => {
    const all = rows();
    const at = all.findIndex((row) => row.dataset['statement'] === statement.id);
    const next = all[at + 1] ?? all[at - 1];
    setGone(new Set(gone).add(statement.id));
    next?.focus();
    const back = (): void =>
      setGone((before) => {
        const after = new Set(before);
        after.delete(statement.id);
        return after;
      });
    try {
      await api('PATCH', `/statements/${statement.id}`, z.unknown(), { body: { painPointId: null } });
      toast.undo('Thrown out of this pain point.', async () => {
        await api('PATCH', `/statements/${statement.id}`, z.unknown(), { body: { painPointId: found.id } });
        back();
        await onChanged();
      });
    } catch (error) {
      back();
      toast.failed('The statement was not thrown out.', error);
    }
    await onChanged();
  };
  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const statement = shown.find((one) => one.id === here()?.dataset['statement']);
      if (statement && canAct) void throwOut(statement);
    },
    Escape: () => onChosen(new Set()),
  });

  return (
    <Card
      heading="What customers said"
      sub={sureness(found, shown)}
      flush
      {...(onSplit && chosen.size > 0 ? { actions: <Button onClick={onSplit}>Split off {chosen.size}…</Button> } : {})}
    >
      {list.error && list.items.length === 0 ? (
        <ErrorState error={list.error} onRetry={list.retry} />
      ) : list.loading ? (
        <div className={classes['bones']}>
          <SkeletonLines lines={8} />
        </div>
      ) : shown.length === 0 ? (
        <EmptyState title="No statements in this period.">A longer period may have some.</EmptyState>
      ) : (
        <>
          <ul ref={box} className={classes['statements']} aria-label="Statements">
            {shown.map((one) => (
              <li key={one.id} className={classes['statement']} data-statement={one.id} tabIndex={-1}>
                {onSplit ? (
                  <label className={classes['check']}>
                    <input
                      type="checkbox"
                      checked={chosen.has(one.id)}
                      aria-label={`Choose: ${one.text}`}
                      onChange={() => {
                        const next = new Set(chosen);
                        if (!next.delete(one.id)) next.add(one.id);
                        onChosen(next);
                      }}
                    />
                  </label>
                ) : null}
                <div className={classes['words']}>
                  <p dir="auto">
                    <Marked statement={one} />
                  </p>
                  <p className={classes['from']}>
                    <ScoreBadge score={one.score} />
                    {one.customer ? (
                      <Link to="/customers/$customerId" params={{ customerId: one.customer.id }}>
                        {one.customer.name ?? 'Customer without a name'}
                      </Link>
                    ) : (
                      'Unknown customer'
                    )}
                    {' · '}
                    <Link to="/responses/$responseId" params={{ responseId: one.responseId }}>
                      <DateTime at={one.submittedAt} as="date" />
                      <span className="hb-visually-hidden">: open the response</span>
                    </Link>
                    {one.caseId ? (
                      <>
                        {' · '}
                        <Link to="/cases/$caseId" params={{ caseId: one.caseId }} search={{ view: 'all' }}>
                          Case
                        </Link>
                      </>
                    ) : null}
                    {one.placedByPerson ? <StatusPill>Placed by a person</StatusPill> : null}
                  </p>
                </div>
                {canAct ? (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    title="Throw out of this pain point (X)"
                    aria-label={`Throw out: ${one.text}`}
                    onClick={() => void throwOut(one)}
                  >
                    Throw out
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
          <ListFoot list={list} />
        </>
      )}
    </Card>
  );
}

/** The whole comment with the statement's own words marked in it. */
function Marked({ statement }: { statement: Statement }) {
  const { comment, text, start, end } = statement;
  if (!comment || comment.slice(start, end).trim() !== text.trim())
    return <mark className={classes['mark']}>{text}</mark>;
  return (
    <>
      {comment.slice(0, start)}
      <mark className={classes['mark']}>{comment.slice(start, end)}</mark>
      {comment.slice(end)}
    </>
  );
}
