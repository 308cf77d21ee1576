import { Button, Menu, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, Outlet, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { BookmarkIcon, ChevronDownIcon, SearchIcon, SortDescIcon, XIcon } from '@primer/octicons-react';
import { LOOP_FILTERS } from '../../../../src/actions/cases/cases.contract.js';
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { FilterBar, FilterChip, type Filter, type FilterValues } from '../../components/filter-bar.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { ViewTabs } from '../../components/view-tabs.js';
import { useHotkeys } from '../../hotkeys.js';
import { usePageTitle } from '../../page-title.js';
import { useTouchpoints } from '../../reference.js';
import { useSavedViews } from '../../saved-views.js';
import { useCan } from '../../session.js';
import { BulkBar } from './bulk-bar.js';
import { CaseRowItem } from './case-row.js';
import { loopWords, priorities, priorityWords } from './case-words.js';
import { useCaseCounts, useCaseList, useKnownLabels, usePeople, type CaseRow } from './cases-data.js';
import { DeskContext, type Desk } from './cases-desk.js';
import { casesSearch, type CasesSearch } from './cases-search.js';
import classes from './cases-page.module.css';
import { Hint } from './hint.js';

const SaveViewDialog = lazy(() => import('./save-view-dialog.js').then((m) => ({ default: m.SaveViewDialog })));

type View = NonNullable<CasesSearch['view']>;
const empty: Record<View, { title: string; text: string }> = {
  needs_reply: { title: 'No one is waiting for a reply.', text: 'New cases and answers of customers appear here.' },
  mine: { title: 'You have no open case.', text: 'Assign one to yourself with M.' },
  unassigned: { title: 'Every case has an owner.', text: 'Cases that no rule gives to anybody appear here.' },
  waiting: { title: 'No case waits for a customer.', text: 'Cases sent with “Send and wait” appear here.' },
  snoozed: { title: 'Nothing is put off.', text: 'A case that was put off waits here until its time comes.' },
  resolved: { title: 'Nothing is resolved yet.', text: 'A resolved case waits here for the customer’s yes.' },
  all: { title: 'There are no cases yet.', text: 'A case rule opens one when an answer needs somebody.' },
};
const orders = { due: 'Due first', newest: 'Newest first' } as const;
const PHONE = '(max-width: 860px)';

export const focusCase = (): void => document.getElementById('case-pane')?.focus({ preventScroll: true });

export function CasesPage() {
  const search = useSearch({ from: '/shell/cases' });
  const { caseId } = useParams({ strict: false });
  const navigate = useNavigate();
  const canAct = useCan('agent');
  const phone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  const list = useCaseList(search);
  const rows = list.items;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [searching, setSearching] = useState(search.q !== undefined);
  const [left, setLeft] = useState(false);
  const anchor = useRef<string | null>(null);
  const pane = useRef<HTMLUListElement>(null);
  usePageTitle('Cases');

  // What is no longer listed cannot stay chosen out of sight.
  const chosen = rows.filter((row) => selected.has(row.id));

  const open = (id: string, replace = false): Promise<void> =>
    navigate({ to: '/cases/$caseId', params: { caseId: id }, search, replace, resetScroll: false });
  const setSearch = (next: CasesSearch): void => {
    setSelected(new Set());
    void navigate({
      to: caseId ? '/cases/$caseId' : '/cases',
      params: { caseId: caseId ?? '' },
      search: next,
      replace: true,
    });
  };
  const link = (id: string): HTMLElement | null =>
    pane.current?.querySelector<HTMLElement>(`[data-case="${id}"] a`) ?? null;
  const focusRow = (id: string): void => {
    (link(id) ?? document.getElementById('cases-title'))?.focus();
  };
  const leave = (): void => {
    setLeft(true);
    void navigate({ to: '/cases', search, resetScroll: false });
  };

  const desk: Desk = {
    rows,
    selected,
    leave,
    focusRow,
    openNext: (afterId) => {
      const at = rows.findIndex((row) => row.id === afterId);
      const next = at < 0 ? rows[0] : (rows[at + 1] ?? rows[at - 1]);
      if (!next || phone) {
        leave();
        requestAnimationFrame(() => focusRow(next?.id ?? ''));
        return;
      }
      void open(next.id).then(() => focusRow(next.id));
    },
  };

  // The first case opens as soon as the list is there; its code comes meanwhile.
  useEffect(() => void import('./case-page.js'), []);

  // Beside the list there is always a case on a wide screen; only on arrival, so that Esc can close it.
  const arrived = useRef(false);
  const first = rows[0];
  useEffect(() => {
    if (arrived.current || list.loading) return;
    arrived.current = true;
    if (!caseId && first && !phone) void open(first.id, true);
  });

  const here = (): string | null =>
    document.activeElement?.closest<HTMLElement>('[data-case]')?.dataset['case'] ?? caseId ?? null;
  const move = (step: 1 | -1): void => {
    const at = rows.findIndex((row) => row.id === here());
    const next = at < 0 ? rows[0] : rows[at + step];
    if (!next) return;
    if (phone) focusRow(next.id);
    else void open(next.id, true).then(() => focusRow(next.id));
    link(next.id)?.focus();
  };
  const select = (id: string, range: boolean): void => {
    const next = new Set(selected);
    const from = rows.findIndex((row) => row.id === anchor.current);
    const to = rows.findIndex((row) => row.id === id);
    if (range && from >= 0 && to >= 0)
      for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(row.id);
    else if (next.has(id)) next.delete(id);
    else next.add(id);
    anchor.current = id;
    setSelected(next);
  };
  const selectHere = (range: boolean): void => {
    const id = here();
    if (canAct && id && rows.some((row) => row.id === id)) select(id, range);
  };
  const inCase = (): boolean => document.activeElement?.closest('#case-pane') !== null;

  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => selectHere(false),
    'shift+x': () => selectHere(true),
    f: () => pane.current?.parentElement?.parentElement?.querySelector<HTMLElement>('[data-filter-add]')?.click(),
    '/': () => {
      setSearching(true);
      requestAnimationFrame(() => document.getElementById('cases-search')?.focus());
    },
    Escape: () => {
      if (caseId && inCase()) {
        if (phone) {
          leave();
          requestAnimationFrame(() => focusRow(caseId));
        } else focusRow(caseId);
      } else if (selected.size > 0) setSelected(new Set());
      else if (caseId && phone) leave();
    },
  });

  return (
    <DeskContext value={desk}>
      <div className={classes['desk']} data-full-bleed data-open={caseId !== undefined}>
        <section className={classes['list']} aria-label="List of cases">
          <header className={classes['head']}>
            <h1 id="cases-title" tabIndex={-1}>
              Cases
            </h1>
            <div className={classes['headActions']}>
              <Hint label="Search the list" keys="/">
                <button
                  type="button"
                  className={classes['quiet']}
                  aria-label="Search the list"
                  aria-expanded={searching}
                  onClick={() => setSearching(!searching)}
                >
                  <SearchIcon size={16} />
                </button>
              </Hint>
              <Menu position="bottom-end">
                <Menu.Target>
                  <button type="button" className={classes['quiet']}>
                    <SortDescIcon size={16} /> {orders[search.sort ?? 'due']} <ChevronDownIcon size={12} />
                  </button>
                </Menu.Target>
                <Menu.Dropdown>
                  {(['due', 'newest'] as const).map((sort) => (
                    <Menu.Item
                      key={sort}
                      onClick={() => {
                        const { sort: _, ...rest } = search;
                        setSearch(sort === 'due' ? rest : { ...search, sort });
                      }}
                    >
                      {orders[sort]}
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
            </div>
          </header>
          {searching ? (
            <SearchLine
              key={search.q ?? ''}
              value={search.q ?? ''}
              onSearch={(q) => {
                const { q: _, ...rest } = search;
                setSearch(q === '' ? rest : { ...search, q });
                if (q === '') setSearching(false);
              }}
            />
          ) : null}
          <Tabs search={search} />
          <Filters search={search} onChange={setSearch} customer={first?.customer?.name ?? null} />
          <div className={classes['scroll']} data-padded={chosen.length > 0}>
            {list.error && rows.length === 0 ? (
              <ErrorState error={list.error} onRetry={list.retry} />
            ) : list.loading ? (
              <div className={classes['bones']}>
                <SkeletonLines lines={16} />
              </div>
            ) : rows.length === 0 ? (
              <NoCases search={search} onClear={() => setSearch(search.view ? { view: search.view } : {})} />
            ) : null}
            <ul
              ref={pane}
              className={classes['rows']}
              data-dimmed={list.refreshing}
              aria-label="Cases"
              onKeyDown={(event) => {
                const target = event.target as HTMLElement;
                if (event.metaKey || event.ctrlKey || event.altKey || target.tagName !== 'A') return;
                if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
                  event.preventDefault();
                  move(event.key === 'ArrowDown' ? 1 : -1);
                }
                if (event.key === 'Enter') {
                  const id = here();
                  if (!id) return;
                  event.preventDefault();
                  void open(id).then(() => requestAnimationFrame(focusCase));
                }
              }}
            >
              {rows.map((row) => (
                <CaseRowItem
                  key={row.id}
                  row={row}
                  search={search}
                  current={row.id === caseId}
                  selected={selected.has(row.id)}
                  selectable={canAct}
                  onSelect={(range) => select(row.id, range)}
                />
              ))}
            </ul>
          </div>
          {chosen.length > 0 ? (
            <BulkBar
              rows={chosen}
              onClear={() => setSelected(new Set())}
              onDone={() => {
                const last = chosen.at(-1);
                setSelected(new Set());
                if (!last) return;
                const next = rows[rows.findIndex((row) => row.id === last.id) + 1] ?? last;
                requestAnimationFrame(() => focusRow(next.id));
              }}
            />
          ) : null}
          {rows.length > 0 ? <Foot list={list} /> : null}
        </section>
        <div className={classes['case']}>
          {caseId ? (
            <Outlet />
          ) : (
            // Until the first case is there nothing is said: on arrival it opens by itself.
            (left || (rows.length === 0 && !list.loading && !list.error)) && (
              <EmptyState title="No case is open">Choose one on the left. J and K go through the list.</EmptyState>
            )
          )}
        </div>
      </div>
    </DeskContext>
  );
}

function Foot({ list }: { list: ReturnType<typeof useCaseList> }) {
  const { length } = list.items;
  return (
    <footer className={classes['foot']}>
      <span>
        {length} {length === 1 ? 'case' : 'cases'}
        {list.hasMore ? ' shown' : ', all shown'}
      </span>
      {list.hasMore ? (
        <Button size="compact-sm" variant="default" onClick={list.loadMore} loading={list.loadingMore}>
          Load 50 more
        </Button>
      ) : null}
    </footer>
  );
}

function SearchLine({ value, onSearch }: { value: string; onSearch: (q: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <form
      role="search"
      className={classes['search']}
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <TextInput
        id="cases-search"
        type="search"
        aria-label="Search cases"
        placeholder="Number, name, address or words; then Enter"
        value={text}
        leftSection={<SearchIcon size={16} />}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onSearch('');
        }}
        rightSection={
          <button type="button" className={classes['quiet']} aria-label="End the search" onClick={() => onSearch('')}>
            <XIcon size={14} />
          </button>
        }
      />
    </form>
  );
}

function Tabs({ search }: { search: CasesSearch }) {
  const { data } = useCaseCounts(search);
  const current = search.view ?? 'needs_reply';
  const tabs: { value: View; label: string; count?: number | undefined }[] = [
    { value: 'needs_reply', label: 'Needs reply', count: data?.needsReply },
    { value: 'mine', label: 'Mine', count: data?.mine },
    { value: 'unassigned', label: 'Unassigned', count: data?.unassigned },
    { value: 'waiting', label: 'Waiting', count: data?.waiting },
    ...(current === 'snoozed' || data?.snoozed
      ? [{ value: 'snoozed' as const, label: 'Put off', count: data?.snoozed }]
      : []),
    { value: 'resolved', label: 'Resolved' },
    ...(current === 'all' ? [{ value: 'all' as const, label: 'All' }] : []),
  ];
  return (
    <ViewTabs
      label="Views"
      current={current}
      tabs={tabs.map(({ count, ...tab }) => ({ ...tab, count: count ?? null }))}
      link={(value, props) => <Link to="/cases" search={{ ...search, view: value }} activeProps={{}} {...props} />}
    />
  );
}

const filterKeys = [
  'score',
  'touchpoint',
  'priority',
  'owner',
  'team',
  'opened',
  'from',
  'to',
  'status',
  'label',
  'loop',
  'overdue',
] as const;

function Filters({
  search,
  onChange,
  customer,
}: {
  search: CasesSearch;
  onChange: (search: CasesSearch) => void;
  customer: string | null;
}) {
  const touchpoints = useTouchpoints();
  const { people, teams } = usePeople();
  const known = useKnownLabels();
  // A label that came with the link is shown by its name too.
  const labelKey = [...new Set([...known, ...(search.label ? [search.label] : [])])].join('\n');
  const labels = useMemo(() => (labelKey === '' ? [] : labelKey.split('\n')), [labelKey]);
  const saved = useSavedViews('cases');
  const [saving, setSaving] = useState(false);
  const filters = useMemo((): Filter[] => {
    const choice = (key: string, label: string, options: { value: string; label: string }[]): Filter => ({
      key,
      label,
      kind: 'choice',
      options,
    });
    return [
      choice('score', 'Score', [
        { value: '0-6', label: '0–6' },
        { value: '7-8', label: '7–8' },
        { value: '9-10', label: '9–10' },
        { value: '0-8', label: '0–8' },
      ]),
      choice(
        'touchpoint',
        'Touchpoint',
        touchpoints.map((one) => ({ value: one.key, label: one.name })),
      ),
      choice(
        'priority',
        'Priority',
        priorities.map((value) => ({ value, label: priorityWords[value] })),
      ),
      choice('owner', 'Owner', [
        { value: 'me', label: 'me' },
        { value: 'none', label: 'nobody' },
        ...people.map((one) => ({ value: one.id, label: one.name })),
      ]),
      choice('team', 'Team', [
        { value: 'none', label: 'no team' },
        ...teams.map((one) => ({ value: one.id, label: one.name })),
      ]),
      choice('opened', 'Opened', [
        { value: '1', label: 'today' },
        { value: '7', label: 'last 7 days' },
        { value: '30', label: 'last 30 days' },
        { value: '90', label: 'last 90 days' },
      ]),
      { key: 'from', label: 'Opened from', kind: 'day' },
      { key: 'to', label: 'Opened before', kind: 'day' },
      choice('status', 'Status', [
        { value: 'open', label: 'open' },
        { value: 'reopened', label: 'reopened' },
        { value: 'resolved', label: 'waiting for the customer’s yes' },
        { value: 'confirmed', label: 'confirmed' },
        { value: 'closed_silent', label: 'closed, no answer' },
      ]),
      labels.length > 0
        ? choice(
            'label',
            'Label',
            labels.map((value) => ({ value, label: value })),
          )
        : { key: 'label', label: 'Label', kind: 'text' },
      choice(
        'loop',
        'Loop',
        LOOP_FILTERS.map((value) => ({ value, label: loopWords[value] })),
      ),
      { key: 'overdue', label: 'Overdue', kind: 'flag' },
    ];
  }, [touchpoints, people, teams, labels]);
  const values = Object.fromEntries(filterKeys.map((key) => [key, search[key]])) as FilterValues;
  const without = (key: 'painPoint' | 'customer'): void => onChange({ ...search, [key]: undefined });
  const extra: ReactNode[] = [];
  if (search.painPoint) extra.push(<FilterChip key="p" label="One pain point" onRemove={() => without('painPoint')} />);
  if (search.customer)
    extra.push(
      <FilterChip
        key="c"
        label="Customer"
        {...(customer ? { value: customer } : {})}
        onRemove={() => without('customer')}
      />,
    );
  return (
    <div className={classes['filters']}>
      <FilterBar filters={filters} values={values} onChange={(next) => onChange(casesSearch({ ...search, ...next }))}>
        {extra}
        {saved.available ? (
          <Menu position="bottom-start" width={240}>
            <Menu.Target>
              <button type="button" className={classes['quiet']}>
                <BookmarkIcon size={14} /> Saved
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              {saved.views.length === 0 ? <Menu.Label>No saved filters yet</Menu.Label> : null}
              {saved.views.map((view) => (
                <Menu.Item key={view.id} onClick={() => onChange(casesSearch(view.query))}>
                  {view.name}
                </Menu.Item>
              ))}
              <Menu.Divider />
              <Menu.Item onClick={() => setSaving(true)}>Save these filters…</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </FilterBar>
      {saving ? (
        <Suspense fallback={null}>
          <SaveViewDialog
            onClose={() => setSaving(false)}
            onSave={async (name) => {
              await saved.save(name, Object.fromEntries(Object.entries(search).filter(([, v]) => v !== undefined)));
              toast.done(`Saved as “${name}”.`);
            }}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

function NoCases({ search, onClear }: { search: CasesSearch; onClear: () => void }) {
  const filtered = Object.entries(search).some(
    ([key, value]) => key !== 'view' && key !== 'sort' && value !== undefined,
  );
  if (filtered)
    return (
      <EmptyState
        title="No case fits these filters."
        action={
          <Button variant="default" onClick={onClear}>
            Clear filters
          </Button>
        }
      >
        Other cases may be under another tab.
      </EmptyState>
    );
  const { title, text } = empty[search.view ?? 'needs_reply'];
  return (
    <EmptyState
      title={title}
      action={
        search.view === 'all' ? undefined : (
          <Link to="/cases" search={{ view: 'all' }}>
            Show all cases
          </Link>
        )
      }
    >
      {text}
    </EmptyState>
  );
}

export type { CaseRow };
