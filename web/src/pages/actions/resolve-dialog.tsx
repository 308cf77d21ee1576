import { Autocomplete, Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, ApiError } from '../../api.js';
import { ErrorState } from '../../components/error-state.js';
import { toast } from '../../components/toasts.js';
import { useDraft } from '../../drafts.js';
import { useFormat } from '../../format.js';
import { useMe } from '../../session.js';
import { useAttempt } from './attempt.js';
import { firstName } from './case-words.js';
import { Undoable, useCaseActions, useRootCauses, type CaseRow } from './cases-data.js';
import classes from './case-page.module.css';

const areas: Record<string, string> = { product: 'Product', process: 'Process', business_model: 'Business model' };

/** Asks for the cause and what was done, and shows that text as the customer will read it. Several cases: one text for all. */
export function ResolveDialog({
  rows,
  onClose,
  onResolved,
}: {
  rows: readonly CaseRow[];
  onClose: () => void;
  onResolved: () => void;
}) {
  const me = useMe();
  const format = useFormat();
  const actions = useCaseActions();
  const causes = useRootCauses();
  const one = rows.length === 1 ? rows[0] : undefined;
  const cause = useDraft(`resolve.${one?.id ?? 'several'}.cause`);
  const done = useDraft(`resolve.${one?.id ?? 'several'}.text`);
  const [rootCause, setRootCause] = useState(cause.text || (one?.rootCause ?? ''));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const attempt = useAttempt();
  const silent = rows.filter((row) => !row.reply.possible);
  const groups = Object.keys(areas)
    .map((area) => ({
      group: areas[area] ?? area,
      items: [...new Set(causes.filter((c) => c.area === area).map((c) => c.name))],
    }))
    .filter((group) => group.items.length > 0);
  const what = one ? `#${one.number}` : `${rows.length} cases`;

  const resolve = async (): Promise<void> => {
    if (busy) return;
    setTried(true);
    if (rootCause.trim() === '' || done.text.trim() === '') {
      document.getElementById(rootCause.trim() === '' ? 'resolve-cause' : 'resolve-text')?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const body = { rootCause: rootCause.trim(), resolution: done.text };
      const key = attempt.key([rows.map((row) => row.id), body]);
      if (one) {
        const { undo } = await api('POST', `/cases/${one.id}/resolve`, Undoable, { body, idempotencyKey: key });
        const mail = one.reply.possible ? ` ${firstName(one.customer)} gets a mail in 10 seconds.` : '';
        if (undo) toast.undo(`${what} resolved.${mail}`, () => actions.undo(undo.id));
        else toast.done(`${what} resolved.${mail}`);
        void actions.refresh();
      } else {
        const result = await actions.bulk(
          rows,
          { resolve: body },
          {},
          (count) => `${count} cases resolved. The mails leave in 10 seconds.`,
          key,
        );
        const skipped = result.skipped[0];
        if (result.changed === 0 && skipped) throw new ApiError(409, skipped.code, skipped.message);
      }
      attempt.done();
      cause.clear();
      done.clear();
      onClose();
      onResolved();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      opened
      onClose={() => {
        if (!busy) onClose();
      }}
      title={one ? `Resolve ${what}` : `Resolve ${what} with one text`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close; what you typed is kept' }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void resolve();
        }}
      >
        <Stack gap="lg">
          <Autocomplete
            id="resolve-cause"
            label="Root cause"
            description="Why it happened. Only your team reads this."
            data={groups}
            limit={50}
            withScrollArea={false}
            styles={{ options: { maxBlockSize: 220, overflowY: 'auto' } }}
            value={rootCause}
            onChange={(value) => {
              setRootCause(value);
              cause.set(value);
            }}
            maxLength={200}
            error={tried && rootCause.trim() === '' ? 'Choose or enter the root cause' : undefined}
            data-autofocus
          />
          <Textarea
            id="resolve-text"
            label="What was done"
            description="The customer reads exactly this."
            autosize
            minRows={3}
            maxRows={10}
            value={done.text}
            onChange={(event) => done.set(event.currentTarget.value)}
            error={tried && done.text.trim() === '' ? 'Write what was done; the customer reads this' : undefined}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                void resolve();
              }
            }}
          />
          <section aria-label="As the customer will read it" className={classes['preview']}>
            <p className={classes['previewTitle']}>As the customer will read it</p>
            <div className={classes['receipt']}>
              <p className={classes['receiptHead']}>What we did · {format.day(Date.now())}</p>
              <p className={classes['receiptText']}>{done.text.trim() || 'Your text will stand here.'}</p>
              <p className={classes['receiptAsk']}>Is it fixed for you?</p>
              <p className={classes['receiptAnswers']}>
                <span>Yes, it is fixed</span>
                <span>Not yet</span>
              </p>
              <p className="hb-meta">
                {me.name}, {me.organization.name}
              </p>
            </div>
            {silent.length > 0 ? (
              <p className={classes['warn']}>
                {one
                  ? `No mail leaves: ${one.reply.why ?? 'the customer cannot be written to.'} The case counts as not reachable.`
                  : `${silent.length} of ${rows.length} customers cannot be written to; their cases count as not reachable.`}
              </p>
            ) : null}
          </section>
          {error === null ? null : <ErrorState error={error} compact />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose} disabled={busy}>
              Cancel
            </Button>
            <Button type="submit" loading={busy}>
              Resolve {what}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
