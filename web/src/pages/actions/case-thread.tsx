import type { ActivityView, CaseView } from '../../../../src/actions/cases/cases.contract.js';
import { PaperclipIcon } from '@primer/octicons-react';
import { DateTime } from '../../components/figures.js';
import { Message, Thread, ThreadEvent } from '../../components/thread.js';
import { customerName, firstName, mailWords, priorityWords, type CasePriority } from './case-words.js';
import classes from './case-page.module.css';

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const size = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
const priority = (value: unknown): string => priorityWords[value as CasePriority]?.toLowerCase() ?? 'unknown';

const clockWords: Readonly<Record<string, string>> = {
  first_response: 'first reply',
  next_response: 'answer to the customer’s message',
  resolution: 'resolution',
};

/** What happened to the case without words of its own, as one sentence. */
function Happened({ entry }: { entry: ActivityView }) {
  const { data } = entry;
  const who = entry.actor?.name;
  const by = who ? ` by ${who}` : '';
  switch (entry.kind) {
    case 'opened': {
      const rule = text((data['rule'] as { name?: unknown } | null)?.name);
      if (!rule) return <>Case opened{by}</>;
      return (
        <>
          Case opened by rule <strong>{rule}</strong>
        </>
      );
    }
    case 'assigned': {
      const to = text(data['ownerName']) ?? text(data['teamName']);
      return to ? (
        <>
          Assigned to <strong>{to}</strong>
          {who && who !== to ? by : ''}
        </>
      ) : (
        <>Taken from its owner{by}</>
      );
    }
    case 'priority':
      return (
        <>
          Priority changed from {priority(data['from'])} to {priority(data['to'])}
          {by}
        </>
      );
    case 'linked': {
      const added = size(data['added']);
      const removed = size(data['removed']);
      return (
        <>
          {added > 0 ? 'Linked to a pain point' : removed > 0 ? 'Unlinked from a pain point' : 'Pain points changed'}
          {by}
        </>
      );
    }
    case 'root_cause':
      return (
        <>
          Root cause {text(data['to']) ? `set to “${text(data['to'])}”` : 'removed'}
          {by}
        </>
      );
    case 'labels':
      return (
        <>
          Labels: {Array.isArray(data['to']) && data['to'].length > 0 ? data['to'].join(', ') : 'none'}
          {by}
        </>
      );
    case 'acknowledged':
      return <>The customer was told that somebody writes, and until when</>;
    case 'escalated': {
      const told = (Array.isArray(data['told']) ? data['told'] : []) as { name?: unknown }[];
      const names = told.map((one) => text(one.name)).filter((name) => name !== null);
      return (
        <>
          {data['when'] === 'warning' ? 'Due soon' : 'Late'}: {clockWords[String(data['clock'])] ?? 'a clock'}
          {names.length > 0 ? (
            <>
              ; {data['do'] === 'reassign' ? 'given to' : 'told'} <strong>{names.join(', ')}</strong>
            </>
          ) : (
            '; nobody was there to be told'
          )}
        </>
      );
    }
    case 'snoozed':
      return text(data['until']) ? (
        <>
          Put off until <DateTime at={text(data['until']) ?? ''} as="moment" />
          {by}
        </>
      ) : (
        <>Taken up again{by}</>
      );
    case 'woke':
      return <>Back in the lists: its time has come</>;
    case 'merged': {
      const from = data['from'] as { number?: unknown } | undefined;
      const into = data['into'] as { number?: unknown } | undefined;
      return (
        <>
          {from ? `Took in case #${String(from.number)}` : `Became part of case #${String(into?.number)}`}
          {by}
        </>
      );
    }
    case 'related': {
      const list = (data[size(data['added']) > 0 ? 'added' : 'removed'] ?? []) as { number?: unknown }[];
      return (
        <>
          {size(data['added']) > 0 ? 'Related to' : 'No longer related to'}{' '}
          {list.map((one) => `#${String(one.number)}`).join(', ')}
          {by}
        </>
      );
    }
    case 'closed_silent':
      return <>Closed: the customer did not answer</>;
    case 'reopened':
      return (
        <>
          Reopened{by}
          {entry.body ? `: “${entry.body}”` : ''}
        </>
      );
    default:
      return <>{entry.kind.replaceAll('_', ' ')}</>;
  }
}

function Entry({ entry, found }: { entry: ActivityView; found: CaseView }) {
  const id = `activity-${entry.id}`;
  const undone = entry.data['undone'] === true;
  const mail = undone ? { state: 'Taken back', failed: false } : mailWords(entry.mail);
  const states = mail ?? {};
  const who = entry.actor?.name ?? 'Hearback';
  const customer = customerName(found);
  switch (entry.kind) {
    case 'note':
      return (
        <Message id={id} kind="note" author={who} at={entry.at}>
          {entry.body}
        </Message>
      );
    case 'message':
      return (
        <Message
          id={id}
          kind="reply"
          author={who}
          at={entry.at}
          channel={`Email to ${firstName(found.customer)}`}
          {...states}
        >
          {entry.body}
        </Message>
      );
    case 'resolved':
      return (
        <Message
          id={id}
          kind="reply"
          author={who}
          at={entry.at}
          channel={
            entry.mail && entry.mail.state !== 'none'
              ? `What was done, to ${firstName(found.customer)}`
              : 'What was done'
          }
          {...states}
        >
          {entry.body}
          {text(entry.data['rootCause']) ? (
            <span className="hb-second">
              {'\n'}Root cause: {text(entry.data['rootCause'])}
            </span>
          ) : null}
        </Message>
      );
    case 'customer_message': {
      const files = found.files.filter((one) => one.activityId === entry.id);
      const foreign = entry.data['fromMatches'] === false;
      const verified = entry.data['verified'];
      return (
        <Message
          id={id}
          kind="customer"
          author={customer}
          at={entry.at}
          {...(foreign
            ? { state: `From ${text(entry.data['from']) ?? 'another address'}, not verified`, failed: true }
            : typeof verified === 'boolean'
              ? { state: verified ? 'Sender verified' : 'Sender not verified' }
              : {})}
        >
          {entry.body}
          {files.length > 0 ? <Files caseId={found.id} files={files} /> : null}
        </Message>
      );
    }
    case 'joined':
      return (
        <Message
          id={id}
          kind="customer"
          author={customer}
          at={entry.at}
          channel={`Another answer, score ${typeof entry.data['score'] === 'number' ? entry.data['score'] : '–'}`}
        >
          {entry.body ?? 'No comment.'}
        </Message>
      );
    case 'fixed':
    case 'not_yet':
      return (
        <Message
          id={id}
          kind="customer"
          author={customer}
          at={entry.at}
          channel="On their page"
          state={entry.kind === 'fixed' ? 'Said: fixed' : 'Said: not yet'}
          failed={entry.kind === 'not_yet'}
        >
          {entry.body ?? (entry.kind === 'fixed' ? 'Yes, it is fixed.' : 'Not yet.')}
        </Message>
      );
    default:
      return (
        <ThreadEvent id={id} at={entry.at}>
          <Happened entry={entry} />
          {undone ? ' (taken back)' : ''}
        </ThreadEvent>
      );
  }
}

const refusedWords = {
  type_refused: 'not taken: this kind of file is not allowed',
  no_room: 'not taken: no room left',
};

/** What was attached. Files open nowhere: they are downloaded. */
function Files({ caseId, files }: { caseId: string; files: CaseView['files'] }) {
  return (
    <ul className={classes['files']} aria-label="Attachments">
      {files.map((file) => (
        <li key={file.id}>
          <PaperclipIcon size={12} />{' '}
          {file.state === 'kept' ? (
            <a href={`/api/v1/cases/${caseId}/files/${file.id}`} download>
              {file.name}
            </a>
          ) : (
            file.name
          )}{' '}
          <span className="hb-meta">
            {file.state === 'kept'
              ? `${Math.max(1, Math.round(file.size / 1024))} KB${file.scan === 'not_scanned' ? ', not scanned for malware' : ''}`
              : refusedWords[file.state]}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Everything that happened, oldest first: rule and staff, notes, messages, what the customer wrote or answered on their page. */
export function CaseThread({ found }: { found: CaseView }) {
  return (
    <Thread label="What happened">
      {found.activity.map((entry) => (
        <Entry key={entry.id} entry={entry} found={found} />
      ))}
    </Thread>
  );
}
