import { Button, Menu, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { LockIcon, MailIcon } from '@primer/octicons-react';
import { useImperativeHandle, useRef, useState, type Ref } from 'react';
import type { CaseView } from '../../../../src/actions/cases/cases.contract.js';
import { fillFields, textFor } from '../../../../src/actions/saved-replies/merge-fields.js';
import { api, ApiError } from '../../api.js';
import { explain } from '../../components/error-state.js';
import { Kbd } from '../../components/kbd.js';
import { Segmented } from '../../components/segmented.js';
import { toast } from '../../components/toasts.js';
import { useDraft } from '../../drafts.js';
import { usePresence } from '../../live.js';
import { savePreferences, useMe } from '../../session.js';
import { useAttempt } from './attempt.js';
import classes from './composer.module.css';
import { customerName, firstName, isResolved } from './case-words.js';
import { Undoable, useCaseActions, useOrganizationReplies, usePeople } from './cases-data.js';
import { Hint } from './hint.js';

type Kind = 'reply' | 'note';
export type ComposerHandle = {
  /** Turns to this kind and puts the cursor into it. */
  write: (kind: Kind) => void;
};

const MOST_SAVED = 30;

/** This person's own saved replies: the texts, newest first. */
function useSavedReplies(): { replies: readonly string[]; save: (text: string) => Promise<void> } {
  const client = useQueryClient();
  const kept = useMe().preferences['savedReplies'];
  const replies = Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string') : [];
  return {
    replies,
    save: (text) =>
      savePreferences(client, {
        savedReplies: [text, ...replies.filter((one) => one !== text)].slice(0, MOST_SAVED),
      }),
  };
}

/** Writes to the customer or to the team; says who will read it, and keeps one draft of each per case. */
export function Composer({
  ref,
  found,
  onSent,
  onReopen,
}: {
  ref: Ref<ComposerHandle>;
  found: CaseView;
  onSent: (kind: Kind) => void;
  onReopen: () => void;
}) {
  const { reply } = found;
  const [kind, setKind] = useState<Kind>(reply.possible ? 'reply' : 'note');
  const replyDraft = useDraft(`case.${found.id}.reply`);
  const noteDraft = useDraft(`case.${found.id}.note`);
  const draft = kind === 'reply' ? replyDraft : noteDraft;
  const [busy, setBusy] = useState<'send' | 'wait' | null>(null);
  const [problem, setProblem] = useState<{ text: string; changes: readonly string[] } | null>(null);
  const attempt = useAttempt();
  const actions = useCaseActions();
  const saved = useSavedReplies();
  const shared = useOrganizationReplies();
  const { people } = usePeople();
  const me = useMe();
  const [focused, setFocused] = useState(false);
  const others = usePresence(found.id, focused && draft.text !== '', me.id);
  const writers = others.filter((one) => one.writing).map((one) => one.name);
  const field = useRef<HTMLTextAreaElement>(null);
  const first = firstName(found.customer);
  const off = kind === 'reply' && !reply.possible;

  const write = (wanted: Kind): void => {
    setKind(wanted);
    requestAnimationFrame(() => (field.current ?? document.getElementById('reply-off'))?.focus());
  };
  useImperativeHandle(ref, () => ({ write }));

  const insert = (text: string, between = '\n'): void => {
    draft.set(draft.text === '' ? text : `${draft.text.trimEnd()}${between}${text}`);
    requestAnimationFrame(() => field.current?.focus());
  };
  const locale = found.customer?.locale ?? null;
  const fields = {
    customer_name: found.customer?.name ?? null,
    customer_first_name: found.customer?.name?.trim().split(/\s+/u)[0] ?? null,
    case_number: String(found.number),
    touchpoint: found.touchpoint?.name ?? null,
    my_name: me.name,
    my_first_name: me.name.trim().split(/\s+/u)[0] ?? me.name,
    organization: me.organization.name,
  };

  const send = async (wait: boolean): Promise<void> => {
    const body = draft.text;
    if (busy || off) return;
    if (body.trim() === '') {
      setProblem({ text: kind === 'reply' ? 'Write the message first.' : 'Write the note first.', changes: [] });
      field.current?.focus();
      return;
    }
    setBusy(wait ? 'wait' : 'send');
    setProblem(null);
    const path = kind === 'reply' ? 'messages' : 'notes';
    // Only who still stands in the text is told.
    const mentions = people.filter((one) => body.includes(`@${one.name}`)).map((one) => one.id);
    const values = kind === 'reply' ? { body, wait } : { body, mentions };
    try {
      const { undo } = await api('POST', `/cases/${found.id}/${path}`, Undoable, {
        body: values,
        idempotencyKey: attempt.key([path, values]),
      });
      attempt.done();
      draft.clear();
      if (kind === 'note') toast.done('Note added.');
      else {
        const sent = `The mail to ${first} leaves in 10 seconds.${wait ? ' The case waits for the answer.' : ''}`;
        if (undo)
          toast.undo(sent, async () => {
            await actions.undo(undo.id);
            draft.set(body);
          });
        else toast.done(sent);
      }
      onSent(kind);
      if (kind === 'note') field.current?.focus();
      await actions.refresh();
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) {
        const changes = await actions.conflict(found, found.id);
        setProblem({ text: `Not sent; your text is kept. ${error.detail}`, changes });
      } else {
        const { title, detail } = explain(error);
        const fields = error instanceof ApiError ? error.errors.map((e) => e.message) : [];
        setProblem({ text: `Not sent; your text is kept. ${fields.join(' ') || `${title}. ${detail}`}`, changes: [] });
      }
    } finally {
      setBusy(null);
    }
  };

  return (
    <form
      className={classes['composer']}
      aria-label="Write"
      data-kind={kind}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send(kind === 'reply');
      }}
    >
      <div className={classes['top']}>
        <Segmented
          label="What to write"
          value={kind}
          onChange={setKind}
          options={[
            { value: 'reply', label: 'Reply' },
            { value: 'note', label: 'Internal note' },
          ]}
        />
        <span className={classes['reader']}>
          {kind === 'note' ? (
            <>
              <LockIcon size={12} /> Only your team reads this
            </>
          ) : reply.possible ? (
            <>
              <MailIcon size={12} />{' '}
              <span title={reply.to ?? undefined}>
                Email to {first}
                <span className="hb-visually-hidden"> at {reply.to}</span>
              </span>
            </>
          ) : (
            'Reply is off'
          )}
        </span>
      </div>
      {others.length > 0 ? (
        <p className={classes['others']}>
          {writers.length > 0
            ? `${writers.join(' and ')} ${writers.length === 1 ? 'is' : 'are'} writing`
            : `${others.map((one) => one.name).join(' and ')} ${others.length === 1 ? 'has' : 'have'} this case open`}
        </p>
      ) : null}
      {problem ? (
        <div role="alert" className={classes['problem']}>
          <p>{problem.text}</p>
          {problem.changes.length > 0 ? <p>Meanwhile: {problem.changes.join(' ')}</p> : null}
        </div>
      ) : null}
      {off ? (
        <div id="reply-off" tabIndex={-1} className={classes['off']}>
          <p>
            <strong>{customerName(found)} cannot be written to.</strong> {reply.why}
          </p>
          {draft.text ? <p className={classes['kept']}>Your draft is kept: “{draft.text}”</p> : null}
          {reply.reason === 'closed' || isResolved(found.status) ? (
            <Button size="compact-sm" variant="default" onClick={onReopen}>
              Reopen to write
            </Button>
          ) : (
            <Button size="compact-sm" variant="default" onClick={() => write('note')}>
              Write an internal note
            </Button>
          )}
        </div>
      ) : (
        <>
          <Textarea
            ref={field}
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
            aria-label={kind === 'reply' ? `Reply to ${customerName(found)}` : 'Internal note'}
            aria-keyshortcuts={kind === 'reply' ? 'r' : 'n'}
            placeholder={kind === 'reply' ? `Write to ${first}` : 'What should your team know?'}
            autosize
            minRows={2}
            maxRows={9}
            value={draft.text}
            onChange={(event) => {
              draft.set(event.currentTarget.value);
              if (problem) setProblem(null);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                void send(kind === 'reply');
              }
              if (event.key === 'Escape') {
                event.stopPropagation();
                document.getElementById('case-pane')?.focus();
              }
            }}
          />
          <div className={classes['bottom']}>
            {kind === 'reply' ? (
              <Menu position="top-start" width={320}>
                <Menu.Target>
                  <button type="button" className={classes['quiet']}>
                    Insert saved reply
                  </button>
                </Menu.Target>
                <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
                  {shared.length > 0 ? <Menu.Label>{me.organization.name}</Menu.Label> : null}
                  {shared.map((one) => (
                    <Menu.Item key={one.id} onClick={() => insert(fillFields(textFor(one.texts, locale), fields))}>
                      {one.name}
                      <span className={classes['clip']}>{fillFields(textFor(one.texts, locale), fields)}</span>
                    </Menu.Item>
                  ))}
                  <Menu.Label>{saved.replies.length === 0 ? 'No saved replies of yours yet' : 'Yours'}</Menu.Label>
                  {saved.replies.map((text) => (
                    <Menu.Item key={text} onClick={() => insert(text)}>
                      <span className={classes['clip']}>{text}</span>
                    </Menu.Item>
                  ))}
                  <Menu.Divider />
                  <Menu.Item
                    disabled={draft.text.trim() === ''}
                    onClick={() =>
                      void saved.save(draft.text.trim()).then(
                        () => toast.done('Saved as a reply of yours.'),
                        (error: unknown) => toast.failed('The reply was not saved.', error),
                      )
                    }
                  >
                    Save this text for later
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            ) : (
              <Menu position="top-start" width={250}>
                <Menu.Target>
                  <button type="button" className={classes['quiet']}>
                    Mention somebody
                  </button>
                </Menu.Target>
                <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
                  {people
                    .filter((one) => one.id !== me.id)
                    .map((one) => (
                      <Menu.Item key={one.id} onClick={() => insert(`@${one.name} `, ' ')}>
                        {one.name}
                      </Menu.Item>
                    ))}
                </Menu.Dropdown>
              </Menu>
            )}
            <span className={classes['send']}>
              <span className={classes['keys']}>
                <Kbd keys="mod+Enter" />
              </span>
              {kind === 'reply' ? (
                <>
                  <Hint label="Send; the case stays with us">
                    <Button
                      h={30}
                      px={14}
                      variant="default"
                      loading={busy === 'send'}
                      disabled={busy !== null}
                      onClick={() => void send(false)}
                    >
                      Send
                    </Button>
                  </Hint>
                  <Button
                    type="submit"
                    h={30}
                    px={14}
                    loading={busy === 'wait'}
                    disabled={busy !== null}
                    title="Send and wait for the answer"
                  >
                    Send and wait
                  </Button>
                </>
              ) : (
                <Button type="submit" h={30} px={14} loading={busy !== null}>
                  Add note
                </Button>
              )}
            </span>
          </div>
        </>
      )}
    </form>
  );
}
