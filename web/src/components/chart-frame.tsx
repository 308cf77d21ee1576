import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Card } from './card.js';
import classes from './chart-frame.module.css';
import { EmptyState } from './empty-state.js';

export type ChartTable = { columns: readonly string[]; rows: readonly (readonly (string | number | null)[])[] };

const cell = (value: string | number | null): string => (value === null ? '' : String(value));

/** RFC 4180; a text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function toCsv(table: ChartTable): string {
  const quote = (value: string | number | null): string => {
    const text =
      typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value))
        ? `'${value}`
        : cell(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [table.columns, ...table.rows].map((row) => row.map(quote).join(',')).join('\r\n') + '\r\n';
}

export function downloadCsv(name: string, table: ChartTable): void {
  // The mark makes spreadsheets read UTF-8.
  const url = URL.createObjectURL(new Blob(['\ufeff', toCsv(table)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/**
 * A chart in its card: heading, "Show as table", CSV, and reading by keyboard: ← → walk over `points`, Home and End go to the ends, Esc lets go;
 * each point's sentence is shown under the chart and spoken.
 * @param heading the finding when the change is signal, else the neutral name
 * @param sub what, period, n
 * @param points one sentence per point, left to right, e.g. "week of 28 Sept: NPS +43, likely +36 to +51, n 151"
 * @param children draws the chart; gets the point being read (or null) so that it can mark it, and a setter for the mouse
 * @param onOpen what is behind a point: Enter on the one being read
 * @param rowLink puts a link around a row's heading in the table, to the same place
 * @param csv the same rows as bare numbers, where `table` writes them for people; `table` itself when left out
 * @param notes under the chart: annotations as a list, "Correlation, not proof of cause"
 */
export function ChartFrame({
  heading,
  sub,
  points,
  table,
  csv = table,
  csvName,
  notes,
  actions,
  onOpen,
  rowLink,
  children,
}: {
  heading: string;
  sub?: ReactNode;
  points: readonly string[];
  table: ChartTable;
  csv?: ChartTable;
  csvName: string;
  notes?: ReactNode;
  actions?: ReactNode;
  onOpen?: (index: number) => void;
  rowLink?: (index: number, text: string) => ReactNode;
  children: (active: number | null, setActive: (index: number | null) => void) => ReactNode;
}) {
  const [active, setActive] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const last = points.length - 1;
  const moves: Record<string, (from: number | null) => number | null> = {
    ArrowRight: (from) => (from === null ? 0 : Math.min(last, from + 1)),
    ArrowLeft: (from) => (from === null ? last : Math.max(0, from - 1)),
    Home: () => 0,
    End: () => last,
    Escape: () => null,
  };
  const reading = active === null ? '' : (points[active] ?? '');
  return (
    <Card
      heading={heading}
      sub={sub}
      actions={
        <>
          {actions}
          <Button size="compact-sm" variant="subtle" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Show as chart' : 'Show as table'}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => downloadCsv(csvName, csv)}
            aria-label={`CSV of ${heading}`}
          >
            CSV
          </Button>
        </>
      }
    >
      {points.length === 0 ? (
        <EmptyState title="Nothing to draw yet" compact>
          There are no responses in this period.
        </EmptyState>
      ) : asTable ? (
        <div className={classes['tableScroll']} role="region" aria-label={`Table: ${heading}`} tabIndex={0}>
          <table className={classes['table']}>
            <caption className="hb-visually-hidden">{heading}</caption>
            <thead>
              <tr>
                {table.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((value, at) =>
                    at === 0 ? (
                      <th key={at} scope="row">
                        {rowLink ? rowLink(index, cell(value)) : cell(value)}
                      </th>
                    ) : (
                      <td key={at}>{value === null ? '–' : cell(value)}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <>
          <div
            className={classes['plot']}
            role="group"
            aria-roledescription="chart"
            aria-label={`${heading}. Arrow keys read the ${points.length} points${onOpen ? ', Enter opens what is behind one' : ''}.`}
            tabIndex={0}
            onBlur={() => setActive(null)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && onOpen && active !== null && event.target === event.currentTarget) {
                event.preventDefault();
                onOpen(active);
                return;
              }
              const move = moves[event.key];
              // Escape without a point being read belongs to the page.
              if (!move || event.target !== event.currentTarget || (event.key === 'Escape' && active === null)) return;
              event.preventDefault();
              event.stopPropagation();
              const rtl = getComputedStyle(event.currentTarget).direction === 'rtl';
              const mirrored = rtl
                ? { ArrowLeft: moves['ArrowRight'], ArrowRight: moves['ArrowLeft'] }[event.key]
                : undefined;
              setActive((mirrored ?? move)(active));
            }}
          >
            {children(active, setActive)}
          </div>
          <p className={classes['reading']} aria-live="polite">
            {reading}
          </p>
        </>
      )}
      {notes}
    </Card>
  );
}
