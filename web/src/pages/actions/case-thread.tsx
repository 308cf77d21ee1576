import type { ActivityView, CaseView } from '../../../../src/actions/cases/cases.contract.js';
import { Message, Thread, ThreadEvent } from '../../components/thread.js';
import { customerName, firstName, mailWords, priorityWords, type CasePriority } from './case-words.js';

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
      const files = size(entry.data['attachments']);
      return (
        <Message
          id={id}
          kind="customer"
          author={customer}
          at={entry.at}
          {...(entry.data['fromMatches'] === false ? { state: 'From another address', failed: true } : {})}
        >
          {entry.body}
          {files > 0 ? (
            <span className="hb-meta">
              {'\n'}
              {files} {files === 1 ? 'attachment' : 'attachments'}
            </span>
          ) : null}
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
