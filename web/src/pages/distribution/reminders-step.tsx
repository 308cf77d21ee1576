import { Button, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { PlusIcon, TrashIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type CampaignView, MailPreview } from '../../../../src/distribution/distribution.contract.js';
import { MERGE_FIELDS } from '../../../../src/distribution/reminders.contract.js';
import { SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { api } from '../../api.js';
import { ErrorState } from '../../components/error-state.js';
import { Form } from '../../components/form.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { Frame } from '../surveys/preview.js';
import { languageName } from '../surveys/survey-words.js';
import type { Save } from './campaign-steps.js';
import classes from './campaign.module.css';
import { andList } from './distribution-words.js';
import { type ReminderDraft, readReminders, textOf, unwritten, writeReminders } from './reminder-drafts.js';

const FIELDS = MERGE_FIELDS.map((name) => `{${name}}`).join(' ');

export function RemindersStep({ campaign, onSave }: { campaign: CampaignView; onSave: Save }) {
  const survey = useQuery({
    queryKey: ['surveys', 'version', campaign.surveyId],
    queryFn: ({ signal }) => api('GET', `/surveys/${campaign.surveyId}`, SurveyView, { signal }),
  });
  const locales = survey.data?.locales ?? ['en'];
  const [language, setLanguage] = useState<string | null>(null);
  const [shown, setShown] = useState(0);
  const locale = language !== null && locales.includes(language) ? language : (locales[0] ?? 'en');
  const form = useForm<{ reminders: ReminderDraft[] }>({
    initialValues: { reminders: readReminders(campaign.reminders) },
    validate: {
      reminders: (list) => {
        if (list.some((one) => !(Number(one.afterDays) >= 1 && Number(one.afterDays) <= 28)))
          return 'Each reminder waits 1 to 28 days';
        return list.reduce((sum, one) => sum + Number(one.afterDays), 0) >= 30
          ? 'Together they must stay below 30 days: the link works that long'
          : null;
      },
    },
  });
  const { reminders } = form.values;
  const change = (index: number, next: Partial<ReminderDraft>): void =>
    form.setFieldValue(
      'reminders',
      reminders.map((one, at) => (at === index ? { ...one, ...next } : one)),
    );
  const current = reminders[Math.min(shown, reminders.length - 1)];
  return (
    <div className={classes['review']}>
      <Form
        form={form}
        submit="Continue to the review"
        onSubmit={(values) => onSave({ reminders: writeReminders(values.reminders) }, 'review')}
      >
        <p className="hb-second">
          Only to those who have not answered; the same link, at most 3, within 30 days. Left empty, the words are ours.
        </p>
        {locales.length > 1 && reminders.length > 0 ? (
          <NativeSelect
            label="Words in"
            value={locale}
            onChange={(event) => setLanguage(event.currentTarget.value)}
            data={locales.map((one) => ({ value: one, label: languageName(one) }))}
            maw={280}
          />
        ) : null}
        {reminders.map((reminder, index) => {
          const text = textOf(reminder, locale);
          const missing = unwritten(reminder, locales);
          return (
            <fieldset key={index} className={classes['fieldset']} onFocus={() => setShown(index)}>
              <legend>Reminder {index + 1}</legend>
              <div className={classes['reminder']}>
                <NumberInput
                  label="Days after the mail before"
                  min={1}
                  max={28}
                  allowDecimal={false}
                  value={reminder.afterDays}
                  onChange={(next) => change(index, { afterDays: next })}
                  w={220}
                />
                <Button
                  variant="subtle"
                  color="gray"
                  leftSection={<TrashIcon size={14} />}
                  onClick={() =>
                    form.setFieldValue(
                      'reminders',
                      reminders.filter((_, at) => at !== index),
                    )
                  }
                >
                  Remove<span className="hb-visually-hidden"> reminder {index + 1}</span>
                </Button>
              </div>
              <TextInput
                label={`Subject (${languageName(locale)})`}
                placeholder="Reminder, and the subject of the first mail"
                maxLength={200}
                value={text.subject}
                onChange={(event) =>
                  change(index, {
                    texts: { ...reminder.texts, [locale]: { ...text, subject: event.currentTarget.value } },
                  })
                }
                {...errorOf(form.errors, index, locale, 'subject')}
              />
              <Textarea
                label={`First lines (${languageName(locale)})`}
                description={`Plain text. You may use ${FIELDS}; the date is when the first mail went.`}
                autosize
                minRows={3}
                maxLength={1000}
                value={text.intro}
                onChange={(event) =>
                  change(index, {
                    texts: { ...reminder.texts, [locale]: { ...text, intro: event.currentTarget.value } },
                  })
                }
                {...errorOf(form.errors, index, locale, 'intro')}
              />
              {missing.length > 0 ? (
                <p className="hb-second" role="note">
                  Not written in {andList(missing.map(languageName))}: those customers get our words.
                </p>
              ) : null}
            </fieldset>
          );
        })}
        {form.errors['reminders'] ? (
          <p role="alert" className="mantine-InputWrapper-error">
            {form.errors['reminders']}.
          </p>
        ) : null}
        {reminders.length < 3 ? (
          <div>
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<PlusIcon size={14} />}
              onClick={() => {
                setShown(reminders.length);
                form.setFieldValue('reminders', [...reminders, { afterDays: 5, texts: {} }]);
              }}
            >
              Add a reminder
            </Button>
          </div>
        ) : (
          <p className="hb-meta">Three are the most.</p>
        )}
      </Form>
      {current ? (
        <div className="hb-stack">
          <p className="hb-second">
            Reminder {Math.min(shown, reminders.length - 1) + 1} as it arrives, in {languageName(locale)}
          </p>
          <div className={classes['mail']}>
            <ReminderMail campaignId={campaign.id} locale={locale} text={textOf(current, locale)} />
          </div>
        </div>
      ) : null}
    </div>
  );
}

function errorOf(errors: Record<string, unknown>, index: number, locale: string, part: string): { error?: string } {
  const error = errors[`reminders[${index}].texts.${locale}.${part}`];
  return typeof error === 'string' ? { error } : {};
}

function ReminderMail({
  campaignId,
  locale,
  text,
}: {
  campaignId: string;
  locale: string;
  text: { subject: string; intro: string };
}) {
  const [reminder] = useDebouncedValue(text, 400);
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['campaigns', 'mail', campaignId, locale, reminder],
    queryFn: ({ signal }) =>
      api('POST', `/campaigns/${campaignId}/mail-preview`, MailPreview, { body: { locale, reminder }, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (isPending) return <SkeletonLines lines={12} />;
  if (!data) return <ErrorState error={error} onRetry={() => void refetch()} compact />;
  return (
    <div className={classes['mailInner']}>
      <p className={classes['subject']}>
        <span className="hb-meta">Subject</span> <strong>{data.subject}</strong>
      </p>
      <Frame title={`Preview of the reminder (${data.locale})`} html={data.html} />
    </div>
  );
}
