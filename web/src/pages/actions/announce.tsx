import { Button, Select, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ANNOUNCE_LOCALES, Announcement } from '../../../../src/actions/improvements/improvements.contract.js';
import { api } from '../../api.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { ErrorState } from '../../components/error-state.js';
import { Segmented } from '../../components/segmented.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { useDraft } from '../../drafts.js';
import { useFormat } from '../../format.js';
import { languageName } from '../surveys/survey-words.js';
import { useAttempt } from './attempt.js';
import { useChangeImprovement, type Improvement } from './improvements-data.js';
import classes from './improvements.module.css';

type Locale = (typeof ANNOUNCE_LOCALES)[number];

const reasons: Readonly<Record<string, string>> = {
  no_consent: 'without consent to be written to',
  no_address: 'without an email address',
  suppressed: 'with an address that we must not write to',
  already_told: 'told already',
};
/** Above this the number has to be typed. */
const TYPED_ABOVE = 1000;

/** Writes the announcement, shows who gets it and who does not and why, and the mail in each language; then sends it. */
export function Announce({ found }: { found: Improvement }) {
  const format = useFormat();
  const client = useQueryClient();
  const attempt = useAttempt();
  const change = useChangeImprovement();
  const draft = useDraft(`announce.${found.id}`);
  const [texts, setTexts] = useState<Partial<Record<Locale, string>>>({});
  const [language, setLanguage] = useState<string | null>(null);
  const [confirming, setConfirming] = useState(false);
  const text = draft.text || (found.outcome ?? '');
  const translated = Object.fromEntries(Object.entries(texts).filter(([, value]) => value.trim() !== ''));
  const body = {
    ...(text.trim() ? { text: text.trim() } : {}),
    ...(Object.keys(translated).length > 0 ? { texts: translated } : {}),
  };
  const [settled] = useDebouncedValue(JSON.stringify(body), 700);
  const written = text.trim() !== '';
  // Customers read what became of it, so there is something to tell only at its end.
  const finished = found.status === 'done' || found.status === 'declined';
  const dry = useQuery({
    queryKey: ['improvements', 'one', found.id, 'announce', settled],
    enabled: finished && written && settled !== '{}',
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api('POST', `/improvements/${found.id}/announce`, Announcement, {
        query: { dryRun: true },
        body: JSON.parse(settled) as unknown,
        signal,
      }),
  });
  const plan = dry.data;
  const previews = plan?.preview ?? [];
  const shown = previews.find((one) => one.locale === language) ?? previews[0];
  const count = (n: number): string => `${format.number(n)} ${n === 1 ? 'customer' : 'customers'}`;
  const skipped = Object.entries(plan?.skipped ?? {}).filter(([, n]) => n > 0);
  const missing = ANNOUNCE_LOCALES.filter((locale) => texts[locale] === undefined);

  return (
    <div className={classes['announce']}>
      <Textarea
        label={found.status === 'declined' ? 'Why it will not change' : 'What changed'}
        description="Customers read exactly this. Say what is different for them from now on."
        autosize
        minRows={3}
        maxRows={12}
        value={text}
        onChange={(event) => draft.set(event.currentTarget.value)}
      />
      {Object.keys(texts).map((locale) => (
        <Textarea
          key={locale}
          label={`In ${languageName(locale)}`}
          lang={locale}
          dir="auto"
          autosize
          minRows={2}
          value={texts[locale as Locale] ?? ''}
          onChange={(event) => setTexts({ ...texts, [locale]: event.currentTarget.value })}
        />
      ))}
      {finished && missing.length > 0 ? (
        <Select
          label="Add a translation"
          description="Customers of other languages read the text above."
          placeholder="Choose a language"
          data={missing.map((locale) => ({ value: locale, label: languageName(locale) }))}
          value={null}
          onChange={(locale) => {
            if (locale) setTexts({ ...texts, [locale as Locale]: '' });
          }}
          w={260}
        />
      ) : null}
      {!finished ? (
        <>
          <p className="hb-second">It can be announced once it is done or declined.</p>
          <div>
            <Button
              variant="default"
              disabled={text.trim() === (found.outcome ?? '')}
              onClick={() =>
                void change(found, { outcome: text.trim() || null }, 'The text is saved.').then(draft.clear)
              }
            >
              Save text
            </Button>
          </div>
        </>
      ) : !written ? (
        <p className="hb-second">Write what changed to see who will hear it.</p>
      ) : dry.error && !plan ? (
        <ErrorState error={dry.error} onRetry={() => void dry.refetch()} compact />
      ) : !plan ? (
        <SkeletonLines lines={4} />
      ) : (
        <section aria-label="Who hears it" className={classes['who']} data-dimmed={dry.isPlaceholderData}>
          <p>
            <b>{count(plan.send)}</b> of {count(plan.customers)} will get the mail.
          </p>
          {skipped.length > 0 ? (
            <ul>
              {skipped.map(([reason, n]) => (
                <li key={reason}>
                  {format.number(n)} {reasons[reason] ?? reason.replaceAll('_', ' ')}
                </li>
              ))}
            </ul>
          ) : null}
          {shown ? (
            <div className={classes['mail']}>
              {previews.length > 1 ? (
                <Segmented
                  label="Language of the preview"
                  value={shown.locale}
                  onChange={setLanguage}
                  options={previews.map((one) => ({
                    value: one.locale,
                    label: `${languageName(one.locale)} ${one.customers}`,
                  }))}
                />
              ) : null}
              <p className={classes['subject']} dir="auto">
                {shown.subject}
              </p>
              <p
                className={classes['mailText']}
                dir="auto"
                lang={shown.locale}
                tabIndex={0}
                role="region"
                aria-label="Text of the mail"
              >
                {shown.text}
              </p>
            </div>
          ) : null}
        </section>
      )}
      {finished ? (
        <div>
          <Button disabled={!plan || plan.send === 0 || dry.isPlaceholderData} onClick={() => setConfirming(true)}>
            {plan?.send === 0 ? 'Nobody is left to tell' : plan ? `Announce to ${count(plan.send)}…` : 'Announce…'}
          </Button>
        </div>
      ) : null}
      {plan ? (
        <ConfirmDialog
          opened={confirming}
          onClose={() => setConfirming(false)}
          title={`Announce “${found.name}”`}
          action={`Send to ${count(plan.send)}`}
          {...(plan.send > TYPED_ABOVE ? { typed: String(plan.send) } : {})}
          onConfirm={async () => {
            const sent = await api('POST', `/improvements/${found.id}/announce`, Announcement, {
              body,
              idempotencyKey: attempt.key(body),
            });
            attempt.done();
            draft.clear();
            toast.done(`${count(sent.send)} will read what changed.`);
            await client.invalidateQueries({ queryKey: ['improvements'] });
          }}
        >
          The mails cannot be called back.{' '}
          {skipped.length > 0 ? `${count(plan.customers - plan.send)} get none, as listed.` : ''}
        </ConfirmDialog>
      ) : null}
    </div>
  );
}
