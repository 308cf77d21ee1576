import { Button, Menu } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import {
  ArrowLeftIcon,
  AlertIcon,
  CheckIcon,
  ClockIcon,
  ChevronDownIcon,
  CopyIcon,
  GitMergeIcon,
  IssueReopenedIcon,
  KebabHorizontalIcon,
  LinkExternalIcon,
  LinkIcon,
  ReportIcon,
} from '@primer/octicons-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { CaseView } from '../../../../src/actions/cases/cases.contract.js';
import { api, ApiError } from '../../api.js';
import { copyText } from '../../clipboard.js';
import { Avatar } from '../../components/avatar.js';
import { DueBadge, ScoreBadge, StatusPill } from '../../components/badges.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { Kbd } from '../../components/kbd.js';
import { SkeletonCard, SkeletonLines } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { useFormat, useNow } from '../../format.js';
import { useHotkeys } from '../../hotkeys.js';
import { usePageTitle } from '../../page-title.js';
import { useCan, useMe } from '../../session.js';
import { CaseThread } from './case-thread.js';
import { ResponseCard } from './response-card.js';
import { soonMinutes, scaleOf } from './case-row.js';
import { Composer, type ComposerHandle } from './composer.js';
import { CustomerPane } from './customer-pane.js';
import {
  customerName,
  dueWords,
  firstName,
  isResolved,
  priorityWords,
  shortName,
  statusTones,
  statusWords,
  type CasePriority,
} from './case-words.js';
import { Undoable, useCase, useCaseActions } from './cases-data.js';
import { markSeen, useDesk } from './cases-desk.js';
import classes from './case-page.module.css';
import { Hint } from './hint.js';
import { PeopleMenu, type Assignment } from './people-menu.js';
import { PriorityMenu } from './priority-menu.js';

const LinkDialog = lazy(() => import('./link-dialog.js').then((m) => ({ default: m.LinkDialog })));
const ResolveDialog = lazy(() => import('./resolve-dialog.js').then((m) => ({ default: m.ResolveDialog })));
const SnoozeDialog = lazy(() => import('./snooze-dialog.js').then((m) => ({ default: m.SnoozeDialog })));
const OtherCaseDialog = lazy(() => import('./other-case-dialog.js').then((m) => ({ default: m.OtherCaseDialog })));
const ReopenDialog = lazy(() => import('./reopen-dialog.js').then((m) => ({ default: m.ReopenDialog })));

export function CasePage() {
  const { caseId } = useParams({ from: '/shell/cases/$caseId' });
  const query = useCase(caseId);
  const desk = useDesk();
  const row = desk.rows.find((one) => one.id === caseId);
  const found = query.data;
  usePageTitle(
    found ? `#${found.number} ${customerName(found)}` : row ? `#${row.number}` : 'Case',
    'Cases',
    query.isError && !found,
  );
  if (!found && query.error) {
    const missing = query.error instanceof ApiError && query.error.status === 404;
    return (
      <section id="case-pane" tabIndex={-1} className={classes['layout']} aria-label="Case">
        {missing ? (
          <EmptyState
            title="There is no such case"
            action={
              <Button variant="default" onClick={desk.leave}>
                Back to the list
              </Button>
            }
          >
            It may have been removed, or the link is not quite right.
          </EmptyState>
        ) : (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
      </section>
    );
  }
  if (!found)
    return (
      <section id="case-pane" tabIndex={-1} className={classes['layout']} aria-label="Case">
        <div className={classes['case']}>
          <div className={classes['loading']}>
            <SkeletonLines lines={2} />
            <SkeletonCard height={240} />
            <SkeletonLines lines={5} />
          </div>
        </div>
      </section>
    );
  return (
    <OpenCase
      key={caseId}
      found={found}
      stale={query.isError ? query.error : null}
      onRetry={() => void query.refetch()}
    />
  );
}

/** Less than this below the fold is not worth moving the comment out of sight. */
const SMALL_STEP = 60;

type Panel = 'assign' | 'priority' | 'link' | 'resolve' | 'reopen' | 'snooze' | 'merge' | 'relate' | null;

function OpenCase({ found, stale, onRetry }: { found: CaseView; stale: Error | null; onRetry: () => void }) {
  const me = useMe();
  const desk = useDesk();
  const search = useSearch({ from: '/shell/cases' });
  const canAct = useCan('agent') && found.status !== 'merged';
  const format = useFormat();
  const navigate = useNavigate();
  const actions = useCaseActions();
  const [panel, setPanel] = useState<Panel>(null);
  const composer = useRef<ComposerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const client = useQueryClient();
  const [cardGone, setCardGone] = useState(false);
  const folded = useMediaQuery('(max-width: 1279px)', undefined, { getInitialValueInEffect: false });
  // Beside the list, which has the h1; alone on a phone.
  const Heading = useMediaQuery('(max-width: 860px)', undefined, { getInitialValueInEffect: false }) ? 'h1' : 'h2';
  const closed = isResolved(found.status);
  const { id } = found;

  const seeIt = async (): Promise<void> => {
    await markSeen(id);
    await client.invalidateQueries({ queryKey: ['notifications'] });
  };
  // Opened at the newest word of the customer that was not read yet; else at the top.
  useEffect(() => {
    const seen = found.readAt;
    void seeIt();
    const unread = found.activity.find(
      (a) => (a.kind === 'customer_message' || a.kind === 'not_yet') && (seen === null || a.at > seen),
    );
    const box = scroller.current;
    const place = unread ? document.getElementById(`activity-${unread.id}`) : null;
    if (box && place && place.offsetTop + place.offsetHeight > box.clientHeight + SMALL_STEP)
      box.scrollTop = place.offsetTop + place.offsetHeight - box.clientHeight + 24;
    // Only on opening: what arrives later must not move what is being read.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id]);
  const newestWord = found.lastCustomerMessageAt;
  useEffect(() => {
    void seeIt();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [newestWord]);

  const assign = ({ change, shown, name }: Assignment): void =>
    void actions.change(found, change, shown, `#${found.number} assigned to ${name}.`);
  const prioritize = (priority: CasePriority): void =>
    void actions.change(
      found,
      { priority },
      { priority },
      `#${found.number} set to ${priorityWords[priority].toLowerCase()} priority.`,
    );
  const link = (painPoint: { id: string; name: string }): void =>
    void actions.change(
      found,
      { painPointIds: [...found.painPointIds, painPoint.id] },
      {
        painPointIds: [...found.painPointIds, painPoint.id],
        painPoints: [...found.painPoints, { ...painPoint, customers: 1, improvement: null }],
      },
      `Linked to “${painPoint.name}”.`,
    );
  const relate = (other: { id: string; number: number }): Promise<void> =>
    actions.change(
      found,
      { relatedIds: [...found.related.map((one) => one.id), other.id] },
      {},
      `#${found.number} and #${other.number} belong together.`,
    );
  const merge = async (other: { id: string; number: number }): Promise<void> => {
    try {
      const { undo } = await api('POST', `/cases/${id}/merge`, Undoable, { body: { into: other.id } });
      const done = `#${found.number} is part of #${other.number} now.`;
      if (undo) toast.undo(done, () => actions.undo(undo.id));
      else toast.done(done);
      await actions.refresh();
      await navigate({ to: '/cases/$caseId', params: { caseId: other.id }, search, replace: true });
      document.getElementById('case-pane')?.focus();
    } catch (error) {
      toast.failed(`#${found.number} was not merged.`, error);
    }
  };
  // A key opened it, so no button has the focus back: the case has it, or the keyboard would start at the page's top.
  const closePanel = (): void => {
    setPanel(null);
    setTimeout(() => {
      if (document.activeElement === document.body)
        document.getElementById('case-pane')?.focus({ preventScroll: true });
    }, 250);
  };
  const toMe = (): Assignment => ({
    change: { ownerId: me.id },
    shown: { ownerId: me.id, owner: { id: me.id, name: me.name } },
    name: me.name,
  });

  // With cases chosen in the list these keys belong to the bar over it.
  useHotkeys(
    {
      r: () => composer.current?.write('reply'),
      n: () => composer.current?.write('note'),
      a: () => setPanel('assign'),
      m: () => assign(toMe()),
      p: () => setPanel('priority'),
      l: () => setPanel('link'),
      e: () => setPanel(closed ? 'reopen' : 'resolve'),
      s: () => {
        if (!closed) setPanel('snooze');
      },
    },
    canAct && desk.selected.size === 0,
  );

  const toggle = (which: Panel) => (opened: boolean) => setPanel(opened ? which : null);
  const pane = <CustomerPane found={found} onLink={canAct ? () => setPanel('link') : null} />;
  const name = customerName(found);
  return (
    <section id="case-pane" tabIndex={-1} className={classes['layout']} aria-label={`Case #${found.number}, ${name}`}>
      <div className={classes['case']}>
        <header className={classes['head']}>
          <Link to="/cases" search={search} className={classes['back']} aria-label="Back to the list">
            <ArrowLeftIcon size={16} />
          </Link>
          <div className={classes['titles']}>
            <p className="hb-meta">
              #{found.number}
              {found.touchpoint ? ` · ${found.touchpoint.name}` : ''} · <DateTime at={found.createdAt} as="ago" />
            </p>
            <Heading>{name}</Heading>
          </div>
          {canAct ? (
            <div className={classes['actions']}>
              <PeopleMenu opened={panel === 'assign'} onOpen={toggle('assign')} onPick={assign}>
                <button
                  type="button"
                  className={`${classes['button']} ${classes['owner']}`}
                  title="Assign (A), to me (M)"
                >
                  <Avatar name={found.owner?.name ?? null} decorative />
                  <span className="hb-visually-hidden">Assign, now: </span>
                  <span className={classes['ownerName']}>
                    {found.owner ? shortName(found.owner.name) : (found.team?.name ?? 'Nobody')}
                  </span>
                  <span className={classes['chevron']}>
                    <ChevronDownIcon size={12} />
                  </span>
                </button>
              </PeopleMenu>
              <PriorityMenu
                opened={panel === 'priority'}
                onOpen={toggle('priority')}
                value={found.priority}
                onPick={prioritize}
              >
                <button
                  type="button"
                  className={`${classes['button']} ${classes['square']}`}
                  data-high={found.priority === 'high' || found.priority === 'urgent'}
                  aria-label={`Priority: ${priorityWords[found.priority]}`}
                  title={`Priority: ${priorityWords[found.priority]} (P)`}
                >
                  <ReportIcon size={16} />
                </button>
              </PriorityMenu>
              {closed ? (
                <Hint label="Open it again" keys="e">
                  <Button
                    variant="default"
                    h={30}
                    px={14}
                    className={classes['resolve'] ?? ''}
                    leftSection={<IssueReopenedIcon size={16} />}
                    onClick={() => setPanel('reopen')}
                  >
                    Reopen
                  </Button>
                </Hint>
              ) : (
                <Hint label="Resolve" keys="e">
                  <Button
                    h={30}
                    px={14}
                    className={classes['resolve'] ?? ''}
                    leftSection={<CheckIcon size={16} />}
                    onClick={() => setPanel('resolve')}
                  >
                    Resolve
                  </Button>
                </Hint>
              )}
              <MoreMenu
                found={found}
                onPanel={setPanel}
                onWake={() =>
                  void actions.change(
                    found,
                    { snoozedUntil: null },
                    { snoozedUntil: null },
                    `#${found.number} is back in the lists.`,
                  )
                }
              />
            </div>
          ) : (
            <span className={classes['viewer']}>
              <Avatar name={found.owner?.name ?? null} decorative /> {found.owner?.name ?? 'Nobody'}
            </span>
          )}
        </header>
        <DueLine found={found} />
        {cardGone && found.comment ? (
          <button
            type="button"
            className={classes['toTop']}
            title="Back to the comment"
            onClick={() => scroller.current?.scrollTo({ top: 0 })}
          >
            {found.score === null ? null : (
              <ScoreBadge score={found.score} category={found.category} scale={scaleOf(found)} />
            )}
            <span>{found.comment}</span>
          </button>
        ) : null}
        <div
          ref={scroller}
          className={classes['scroll']}
          onScroll={(event) => setCardGone(event.currentTarget.scrollTop > 180)}
        >
          {stale ? <ErrorState error={stale} onRetry={onRetry} compact /> : null}
          <ResponseCard found={found} />
          <CaseThread found={found} />
          {folded ? pane : null}
        </div>
        {canAct ? (
          <Composer
            ref={composer}
            found={found}
            onSent={(kind) => {
              if (kind === 'reply') desk.openNext(found.id);
            }}
            onReopen={() => setPanel('reopen')}
          />
        ) : (
          <p className={classes['readOnly']}>
            Your role reads cases. Agents, managers and admins can answer and resolve them.
          </p>
        )}
      </div>
      {folded ? null : pane}
      <Suspense fallback={null}>
        {panel === 'link' ? (
          <LinkDialog
            current={found.painPointIds}
            touchpoint={found.touchpoint}
            onClose={() => closePanel()}
            onPick={link}
          />
        ) : null}
        {panel === 'resolve' ? (
          <ResolveDialog rows={[found]} onClose={() => closePanel()} onResolved={() => desk.openNext(found.id)} />
        ) : null}
        {panel === 'snooze' ? (
          <SnoozeDialog
            number={found.number}
            onClose={() => closePanel()}
            onPick={(until) => {
              const snoozedUntil = until.toISOString();
              void actions.change(
                found,
                { snoozedUntil },
                { snoozedUntil },
                `#${found.number} is put off until ${format.dateTime(until)}.`,
              );
              desk.openNext(found.id);
            }}
          />
        ) : null}
        {panel === 'merge' || panel === 'relate' ? (
          <OtherCaseDialog
            found={found}
            purpose={panel}
            onClose={() => closePanel()}
            onPick={(other) => void (panel === 'merge' ? merge(other) : relate(other))}
          />
        ) : null}
        {panel === 'reopen' ? <ReopenDialog found={found} onClose={() => closePanel()} /> : null}
      </Suspense>
    </section>
  );
}

function MoreMenu({
  found,
  onPanel,
  onWake,
}: {
  found: CaseView;
  onPanel: (panel: Panel) => void;
  onWake: () => void;
}) {
  const { receiptUrl } = found;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <button type="button" className={`${classes['button']} ${classes['square']}`} aria-label="More actions">
          <KebabHorizontalIcon size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {isResolved(found.status) ? null : (
          <Menu.Item
            className={classes['onlyPhone'] ?? ''}
            leftSection={<CheckIcon size={16} />}
            onClick={() => onPanel('resolve')}
          >
            Resolve
          </Menu.Item>
        )}
        <Menu.Item leftSection={<AlertIcon size={16} />} onClick={() => onPanel('link')}>
          Link to pain point
        </Menu.Item>
        {isResolved(found.status) ? null : (
          <>
            {found.snoozedUntil ? (
              <Menu.Item leftSection={<ClockIcon size={16} />} onClick={onWake}>
                Take it up now
              </Menu.Item>
            ) : (
              <Menu.Item
                leftSection={<ClockIcon size={16} />}
                rightSection={<Kbd keys="s" />}
                onClick={() => onPanel('snooze')}
              >
                Put off until…
              </Menu.Item>
            )}
            <Menu.Item
              leftSection={<GitMergeIcon size={16} />}
              disabled={found.customer === null}
              onClick={() => onPanel('merge')}
            >
              Merge into another case…
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<LinkIcon size={16} />} onClick={() => onPanel('relate')}>
          Relate to another case…
        </Menu.Item>
        {receiptUrl ? (
          <>
            <Menu.Item
              leftSection={<CopyIcon size={16} />}
              onClick={() =>
                void copyText(receiptUrl).then(
                  () => toast.done('The address of the customer’s page is copied.'),
                  () => toast.failed('The browser did not allow copying. Open the page and copy its address there.'),
                )
              }
            >
              Copy the customer’s link
            </Menu.Item>
            <Menu.Item
              component="a"
              href={receiptUrl}
              target="_blank"
              rel="noreferrer"
              leftSection={<LinkExternalIcon size={16} />}
            >
              Open the customer’s page
            </Menu.Item>
          </>
        ) : null}
        {isResolved(found.status) ? (
          <Menu.Item leftSection={<IssueReopenedIcon size={16} />} onClick={() => onPanel('reopen')}>
            Reopen
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The clock that runs, what it is for, and how much of it is used. */
function DueLine({ found }: { found: CaseView }) {
  const now = useNow();
  const { dueAt, dueFor } = found;
  if (isResolved(found.status) || !dueAt || !dueFor)
    return (
      <div className={classes['due']}>
        <StatusPill tone={statusTones[found.status]}>{statusWords[found.status]}</StatusPill>
        <span>
          {found.status === 'waiting' && found.waitingSince ? (
            <>
              since <DateTime at={found.waitingSince} />
            </>
          ) : found.resolvedAt ? (
            <>
              resolved <DateTime at={found.closedAt ?? found.resolvedAt} />
            </>
          ) : null}
        </span>
      </div>
    );
  const from = Date.parse((dueFor === 'next_response' ? found.lastCustomerMessageAt : null) ?? found.createdAt);
  const used = Math.min(1, Math.max(0.02, (now - from) / Math.max(1, Date.parse(dueAt) - from)));
  const state = now > Date.parse(dueAt) ? 'late' : found.warnAt && now >= Date.parse(found.warnAt) ? 'soon' : 'good';
  return (
    <div className={classes['due']}>
      <DueBadge at={dueAt} soonMinutes={soonMinutes(found)} />
      <span className={classes['dueText']}>
        {dueWords[dueFor]}
        {dueFor === 'next_response' && found.lastCustomerMessageAt ? (
          <>
            , {firstName(found.customer)} wrote <DateTime at={found.lastCustomerMessageAt} as="moment" />
          </>
        ) : (
          <>
            , due <DateTime at={dueAt} as="moment" />
          </>
        )}
      </span>
      <span className={classes['used']} aria-hidden="true" data-state={state}>
        <span style={{ inlineSize: `${Math.round(used * 100)}%` }} />
      </span>
    </div>
  );
}
