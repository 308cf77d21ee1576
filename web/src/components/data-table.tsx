import { Button } from '@mantine/core';
import { ChevronDownIcon, ChevronUpIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import type { CursorList } from '../lists.js';
import classes from './data-table.module.css';
import { ErrorState } from './error-state.js';
import { SkeletonLines } from './skeleton.js';

export type Column<Row> = {
  key: string;
  header: string;
  render: (row: Row) => ReactNode;
  /** `end` for numbers. */
  align?: 'end';
  width?: string | number;
  /** Set where the server can sort by it; the value goes to `onSort`. */
  sort?: string;
  /** On a phone the row is a card of "header: value" lines; `bare` leaves the header out, `hide` the whole line. */
  card?: 'bare' | 'hide';
};

/** "−created" style: a minus before the field means descending. */
export type Sort = string;

/** A second, quieter line in a cell. */
export function Under({ children }: { children: ReactNode }) {
  return <span className={classes['under']}>{children}</span>;
}

/**
 * A plain semantic table; under 640 px each row becomes a card. The first column is the row's heading and holds its link.
 * @param caption read by screen readers; say what the rows are
 * @param list from `useCursorList`: brings loading, error, dimming and "Load 50 more"; or give `rows`
 * @param empty shown instead of the table: an `EmptyState`
 */
export function DataTable<Row>({
  caption,
  columns,
  rowKey,
  list,
  rows,
  empty,
  sort,
  onSort,
  currentKey,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  list?: CursorList<Row>;
  rows?: readonly Row[];
  empty: ReactNode;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  currentKey?: string;
}) {
  if (list?.error && list.items.length === 0) return <ErrorState error={list.error} onRetry={list.retry} />;
  if (list?.loading) {
    return (
      <div style={{ padding: 16 }}>
        <SkeletonLines lines={8} />
      </div>
    );
  }
  const items = list?.items ?? rows ?? [];
  if (items.length === 0) return <>{empty}</>;
  return (
    <>
      <div className={classes['scroll']}>
        <table
          className={`${classes['table']} ${list?.refreshing ? classes['dimmed'] : ''}`}
          aria-busy={list?.refreshing ?? false}
        >
          <caption className="hb-visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  className={column.align === 'end' ? classes['end'] : undefined}
                  style={column.width === undefined ? undefined : { inlineSize: column.width }}
                  {...ariaSort(column.sort, sort)}
                >
                  {column.sort && onSort ? <SortButton column={column} sort={sort} onSort={onSort} /> : column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((row) => {
              const key = rowKey(row);
              return (
                <tr key={key} data-current={key === currentKey}>
                  {columns.map((column, index) => {
                    const names = [
                      column.align === 'end' && classes['end'],
                      column.card === 'bare' && classes['bare'],
                      column.card === 'hide' && classes['hideOnCard'],
                    ]
                      .filter(Boolean)
                      .join(' ');
                    const content = (
                      <>
                        <span className={classes['label']} aria-hidden="true">
                          {column.header}
                        </span>
                        <span>{column.render(row)}</span>
                      </>
                    );
                    return index === 0 ? (
                      <th key={column.key} scope="row" className={names}>
                        {content}
                      </th>
                    ) : (
                      <td key={column.key} className={names}>
                        {content}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {list ? <ListFoot list={list} /> : null}
    </>
  );
}

/** "150 shown" and "Load 50 more", for any list from `useCursorList`. */
export function ListFoot<T>({ list, noun = 'shown' }: { list: CursorList<T>; noun?: string }) {
  return (
    <div className={classes['foot']}>
      <span role="status">
        {list.items.length} {noun}
        {list.hasMore ? '' : ', that is all'}
      </span>
      {list.error ? <ErrorState error={list.error} onRetry={list.retry} compact /> : null}
      {list.hasMore ? (
        <Button variant="default" onClick={list.loadMore} loading={list.loadingMore}>
          Load 50 more
        </Button>
      ) : null}
    </div>
  );
}

function ariaSort(field: string | undefined, sort: Sort | undefined): { 'aria-sort'?: 'ascending' | 'descending' } {
  if (!field || !sort || sort.replace(/^-/, '') !== field) return {};
  return { 'aria-sort': sort.startsWith('-') ? 'descending' : 'ascending' };
}

function SortButton<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: (sort: Sort) => void;
}) {
  const field = column.sort ?? '';
  const down = sort === `-${field}`;
  const up = sort === field;
  return (
    <button type="button" className={classes['sort']} onClick={() => onSort(down ? field : `-${field}`)}>
      {column.header}
      {down ? <ChevronDownIcon size={12} /> : up ? <ChevronUpIcon size={12} /> : null}
    </button>
  );
}
