import type { z } from 'zod';
import { AuditEntry } from '../../../../src/identity/identity.contract.js';
import { Card } from '../../components/card.js';
import { DataTable, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime } from '../../components/figures.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { useFormat } from '../../format.js';
import { useCursorList } from '../../lists.js';
import { useCan } from '../../session.js';
import rows from '../settings/settings-rows.module.css';

type Entry = z.infer<typeof AuditEntry>;

export function AuditLogPage() {
  const isAdmin = useCan('admin');
  const format = useFormat();
  return (
    <>
      <PageHeader
        title="Audit log"
        section="Settings"
        lead={`Who changed what, newest first. Times in ${format.timeZone}. Nothing here can be changed.`}
      />
      {isAdmin ? <Log /> : <NeedsRole least="admin" what="read the audit log" />}
    </>
  );
}

/** "case_rule.changed" → "Case rule changed"; new actions need no change here. */
export function actionWords(action: string): string {
  const words = action.replaceAll('_', ' ').replace('painpoint', 'pain point').split('.').join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const shortly = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};

function Log() {
  const list = useCursorList<Entry>(['audit-log'], '/audit-log', AuditEntry);
  const columns: Column<Entry>[] = [
    { key: 'at', header: 'When', render: (entry) => <DateTime at={entry.at} /> },
    {
      key: 'actor',
      header: 'Who',
      render: (entry) => entry.actor.name ?? (entry.actor.kind === 'system' ? 'Hearback itself' : entry.actor.kind),
    },
    { key: 'action', header: 'What', render: (entry) => actionWords(entry.action) },
    {
      key: 'details',
      header: 'Details',
      render: (entry) => (
        <span className={rows['details']}>
          {[
            ...Object.entries(entry.details).map(([name, value]) => `${name}: ${shortly(value)}`),
            ...(entry.subject?.id ? [`id ${entry.subject.id}`] : []),
          ].join(' · ') || '–'}
        </span>
      ),
    },
  ];
  return (
    <Card flush>
      <DataTable
        caption="Audit log"
        columns={columns}
        rowKey={(entry) => entry.id}
        list={list}
        empty={
          <EmptyState title="Nothing was changed yet">
            Publishing, launching, users, rules, keys, exports and erasures will be listed here.
          </EmptyState>
        }
      />
    </Card>
  );
}
