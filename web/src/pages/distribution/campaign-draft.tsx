import { Button, NativeSelect, NumberInput, Radio, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { CheckIcon, ChevronDownIcon, ChevronUpIcon, PlusIcon, TrashIcon } from '@primer/octicons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useId, useState, type ReactNode } from 'react';
import {
  CampaignPreview,
  CampaignView,
  TestSent,
  type AudienceFilter,
} from '../../../../src/distribution/distribution.contract.js';
import { instantAt, wallAt } from '../../../../src/platform/zone.js';
import { SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { api, newIdempotencyKey } from '../../api.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { field, Form } from '../../components/form.js';
import { ReadOnlyNote } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { useFormat } from '../../format.js';
import { useSegments, useSurveys } from '../../reference.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { MailFrame } from '../surveys/preview.js';
import { languageName } from '../surveys/survey-words.js';
import { audienceWords, readAttributes, writeAttributes } from './audience.js';
import { campaignsCrumb } from './campaign-crumb.js';
import { BarRow, SkipList } from './campaign-running.js';
import classes from './campaign.module.css';
import { sampleWords } from './distribution-words.js';

const STEPS = ['survey', 'audience', 'when', 'reminders', 'review'] as const;
type StepName = (typeof STEPS)[number];

/** Above this many mails the number has to be typed before launching. */
const TYPED_ABOVE = 1000;

type Save = (change: Record<string, unknown>, then: StepName, idempotencyKey?: string) => Promise<void>;

/** A campaign that is not launched: five steps, each with its answer in the heading. `null` is one that is not stored yet. */
export function CampaignDraft({ campaign }: { campaign: CampaignView | null }) {
  const canEdit = useCan('manager');
  const navigate = useNavigate({ from: '/campaigns/$campaignId' });
  const search = useSearch({ from: '/shell/campaigns/$campaignId' });
  const client = useQueryClient();
  const format = useFormat();
  const surveys = useSurveys();
  const open: StepName | null = search.step ?? (campaign === null ? 'survey' : canEdit ? 'review' : null);
  const go = (step: StepName | undefined, campaignId = campaign?.id ?? 'new'): Promise<void> =>
    navigate({ params: { campaignId }, search: step ? { step } : {}, replace: true, resetScroll: false });

  const save: Save = async (change, then, idempotencyKey) => {
    const next = campaign
      ? await api('PATCH', `/campaigns/${campaign.id}`, CampaignView, {
          body: { ...change, version: campaign.version },
        })
      : await api('POST', '/campaigns', CampaignView, { body: change, ...(idempotencyKey ? { idempotencyKey } : {}) });
    client.setQueryData(['campaigns', 'one', next.id], next);
    void client.invalidateQueries({ queryKey: ['campaigns', 'list'] });
    await go(then, next.id);
    document.getElementById(`step-${then}`)?.focus();
  };

  const survey = surveys.find((one) => one.id === campaign?.surveyId);
  const answers: Record<StepName, string | null> = {
    survey: campaign && `${campaign.surveyName}${survey && survey.status !== 'live' ? ', not published yet' : ''}`,
    audience:
      campaign &&
      `${audienceWords(campaign.audience)}${campaign.sampleRate < 1 ? `, ${sampleWords(campaign.sampleRate)} of them` : ''}`,
    when:
      campaign &&
      (campaign.sendAt ? `${format.dateTime(campaign.sendAt)} (${format.timeZone})` : 'As soon as it is launched'),
    reminders:
      campaign &&
      (campaign.reminders.length === 0
        ? 'None'
        : campaign.reminders.map((reminder) => `after ${reminder.afterDays} days`).join(', then ')),
    review: campaign && 'Who is asked, who is not and why, and the mail',
  };
  const titles: Record<StepName, string> = {
    survey: 'Survey',
    audience: 'Audience',
    when: 'When',
    reminders: 'Reminders',
    review: 'Review and launch',
  };
  const bodies: Record<StepName, () => ReactNode> = {
    survey: () => <SurveyStep campaign={campaign} onSave={save} />,
    audience: () => (campaign ? <AudienceStep campaign={campaign} onSave={save} /> : null),
    when: () => (campaign ? <WhenStep campaign={campaign} onSave={save} /> : null),
    reminders: () => (campaign ? <RemindersStep campaign={campaign} onSave={save} /> : null),
    review: () => (campaign ? <Review campaign={campaign} isLive={survey?.status === 'live'} /> : null),
  };
  return (
    <>
      <PageHeader
        title={campaign?.name ?? 'New campaign'}
        section="Campaigns"
        crumbs={campaignsCrumb}
        lead={`Nothing is sent before you launch it. Times are in ${format.timeZone}.`}
      />
      <div className="hb-stack">
        {canEdit ? null : <ReadOnlyNote least="manager" what="change and launch campaigns" />}
        {STEPS.map((step, index) => (
          <Step
            key={step}
            name={step}
            number={index + 1}
            title={titles[step]}
            answer={answers[step]}
            open={open === step}
            disabled={(campaign === null && step !== 'survey') || !canEdit}
            onToggle={() => void go(open === step ? undefined : step)}
          >
            {bodies[step]}
          </Step>
        ))}
      </div>
    </>
  );
}

function Step({
  name,
  number,
  title,
  answer,
  open,
  disabled,
  onToggle,
  children,
}: {
  name: StepName;
  number: number;
  title: string;
  answer: string | null;
  open: boolean;
  disabled: boolean;
  onToggle: () => void;
  children: () => ReactNode;
}) {
  const body = useId();
  const done = answer !== null && name !== 'review';
  return (
    <section className={classes['step']} aria-labelledby={`step-${name}`}>
      <h2>
        <button
          type="button"
          id={`step-${name}`}
          className={classes['head']}
          aria-expanded={open && !disabled}
          aria-controls={body}
          disabled={disabled}
          onClick={onToggle}
        >
          <span className={classes['number']} data-done={done} aria-hidden="true">
            {done ? <CheckIcon size={14} /> : number}
          </span>
          <span>
            <span className={classes['label']}>{title}</span>
            {answer ? <span className={classes['answer']}>{answer}</span> : null}
          </span>
          {disabled ? null : open ? <ChevronUpIcon size={16} /> : <ChevronDownIcon size={16} />}
        </button>
      </h2>
      <div id={body} className={classes['body']} hidden={!open || disabled}>
        {open && !disabled ? children() : null}
      </div>
    </section>
  );
}

function SurveyStep({ campaign, onSave }: { campaign: CampaignView | null; onSave: Save }) {
  const surveys = useSurveys();
  const form = useForm({
    initialValues: { name: campaign?.name ?? '', surveyId: campaign?.surveyId ?? '' },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter a name' : null),
      surveyId: (value) => (value === '' ? 'Choose a survey' : null),
    },
  });
  const open = surveys.filter((survey) => survey.status !== 'closed' || survey.id === campaign?.surveyId);
  return (
    <div className={classes['narrow']}>
      <Form
        form={form}
        submit="Continue to the audience"
        onSubmit={(values, key) => onSave({ name: values.name.trim(), surveyId: values.surveyId }, 'audience', key)}
      >
        <TextInput label="Name" description="Customers do not see it." {...field(form, 'name')} />
        <NativeSelect
          label="Survey"
          description="It has to be published before the launch."
          data={[
            { value: '', label: 'Choose a survey' },
            ...open.map((survey) => ({
              value: survey.id,
              label: survey.status === 'live' ? survey.name : `${survey.name} (${survey.status})`,
            })),
          ]}
          {...field(form, 'surveyId')}
        />
      </Form>
    </div>
  );
}

type AudienceValues = {
  segments: string[];
  locale: string;
  account: string;
  lifetimeValueMin: number | string;
  lifetimeValueMax: number | string;
  createdAfter: string;
  createdBefore: string;
  attributes: string;
  sample: number | string;
};

const numberOf = (value: number | string): number | undefined => (value === '' ? undefined : Number(value));

function AudienceStep({ campaign, onSave }: { campaign: CampaignView; onSave: Save }) {
  const format = useFormat();
  const segments = useSegments();
  const { filter } = campaign.audience;
  const day = (at: string | undefined): string =>
    at ? new Date(wallAt(format.timeZone, Date.parse(at))).toISOString().slice(0, 10) : '';
  const startOf = (date: string): string =>
    new Date(instantAt(format.timeZone, Date.parse(`${date}T00:00Z`))).toISOString();
  const form = useForm<AudienceValues>({
    initialValues: {
      segments: campaign.audience.segments,
      locale: filter.locale ?? '',
      account: filter.account ?? '',
      lifetimeValueMin: filter.lifetimeValueMin ?? '',
      lifetimeValueMax: filter.lifetimeValueMax ?? '',
      createdAfter: day(filter.createdAfter),
      createdBefore: day(filter.createdBefore),
      attributes: writeAttributes(filter.attributes),
      sample: Math.round(campaign.sampleRate * 100),
    },
    validateInputOnBlur: true,
    validate: {
      attributes: (value) => (readAttributes(value) === null ? 'Write one a line, such as plan = pro' : null),
      lifetimeValueMax: (value, { lifetimeValueMin }) =>
        value !== '' && lifetimeValueMin !== '' && Number(value) < Number(lifetimeValueMin)
          ? 'The upper value is below the lower one'
          : null,
      sample: (value) => (Number(value) >= 1 && Number(value) <= 100 ? null : 'Enter a share from 1 to 100'),
    },
  });
  return (
    <div className={classes['narrow']}>
      <Form
        form={form}
        submit="Continue to the time"
        onSubmit={(values) => {
          const attributes = readAttributes(values.attributes) ?? {};
          const next: AudienceFilter = {};
          if (values.account.trim()) next.account = values.account.trim();
          if (values.locale) next.locale = values.locale;
          const min = numberOf(values.lifetimeValueMin);
          const max = numberOf(values.lifetimeValueMax);
          if (min !== undefined) next.lifetimeValueMin = min;
          if (max !== undefined) next.lifetimeValueMax = max;
          if (values.createdAfter) next.createdAfter = startOf(values.createdAfter);
          if (values.createdBefore) next.createdBefore = startOf(values.createdBefore);
          if (Object.keys(attributes).length > 0) next.attributes = attributes;
          return onSave(
            { audience: { segments: values.segments, filter: next }, sampleRate: Number(values.sample) / 100 },
            'when',
          );
        }}
      >
        <p className="hb-second">Every condition that you fill in must hold. Left empty, all customers are in.</p>
        <TagsInput
          label="Segments"
          description="In any of them. Press Enter after each."
          data={[...segments]}
          {...field(form, 'segments')}
        />
        <div className={classes['pair']}>
          <NativeSelect
            label="Language"
            data={[
              { value: '', label: 'Any' },
              ...[...new Set(['en', 'de', 'fr', 'es', 'pt', 'ar', ...(filter.locale ? [filter.locale] : [])])].map(
                (locale) => ({ value: locale, label: languageName(locale) }),
              ),
            ]}
            {...field(form, 'locale')}
          />
          <TextInput label="Account" {...field(form, 'account')} />
          <NumberInput label="Lifetime value from" min={0} {...field(form, 'lifetimeValueMin')} />
          <NumberInput label="Lifetime value up to" min={0} {...field(form, 'lifetimeValueMax')} />
          <TextInput label="Customer since or after" type="date" {...field(form, 'createdAfter')} />
          <TextInput label="Customer from before" type="date" {...field(form, 'createdBefore')} />
        </div>
        <Textarea
          label="Attributes"
          description="One a line: plan = pro. Several values with commas mean any of them."
          autosize
          minRows={2}
          {...field(form, 'attributes')}
        />
        <NumberInput
          label="How many of them to ask, in 100"
          description="Below 100 a fair part is drawn by chance; the others are left out as “not in the sample”."
          min={1}
          max={100}
          allowDecimal={false}
          {...field(form, 'sample')}
        />
      </Form>
    </div>
  );
}

function WhenStep({ campaign, onSave }: { campaign: CampaignView; onSave: Save }) {
  const format = useFormat();
  const form = useForm({
    initialValues: {
      how: campaign.sendAt ? 'at' : 'launch',
      at: campaign.sendAt
        ? new Date(wallAt(format.timeZone, Date.parse(campaign.sendAt))).toISOString().slice(0, 16)
        : '',
    },
    validateInputOnBlur: true,
    validate: {
      at: (value, { how }) =>
        how === 'at' && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(value) ? 'Enter a date and a time' : null,
    },
  });
  return (
    <div className={classes['narrow']}>
      <Form
        form={form}
        submit="Continue to reminders"
        onSubmit={({ how, at }) =>
          onSave(
            {
              sendAt:
                how === 'at'
                  ? new Date(instantAt(format.timeZone, Date.parse(`${at.slice(0, 16)}Z`))).toISOString()
                  : null,
            },
            'reminders',
          )
        }
      >
        <Radio.Group label="When the mails go" {...form.getInputProps('how')}>
          <Radio value="launch" label="As soon as it is launched" mt={4} />
          <Radio value="at" label="At a time" mt={4} />
        </Radio.Group>
        {form.values.how === 'at' ? (
          <TextInput label={`Date and time in ${format.timeZone}`} type="datetime-local" {...field(form, 'at')} />
        ) : null}
        <p className="hb-second">
          Quiet hours and weekdays of the <Link to="/settings/contact-policy">contact policy</Link> hold in each
          customer’s own time zone; a mail that falls into them waits for their end.
        </p>
      </Form>
    </div>
  );
}

function RemindersStep({ campaign, onSave }: { campaign: CampaignView; onSave: Save }) {
  const [days, setDays] = useState<(number | string)[]>(() => campaign.reminders.map((one) => one.afterDays));
  const form = useForm({ initialValues: {} });
  const sum = days.reduce<number>((total, one) => total + Number(one || 0), 0);
  const wrong = days.some((one) => !(Number(one) >= 1 && Number(one) <= 28));
  const tooLong = sum >= 30;
  return (
    <div className={classes['narrow']}>
      <Form
        form={form}
        submit="Continue to the review"
        onSubmit={() => onSave({ reminders: days.map((one) => ({ afterDays: Number(one) })) }, 'review')}
      >
        <p className="hb-second">Only to those who have not answered; the same link, at most 3, within 30 days.</p>
        {days.map((value, index) => (
          <div key={index} className={classes['reminder']}>
            <NumberInput
              label={`Reminder ${index + 1}: days after the mail before`}
              name={`reminders[${index}].afterDays`}
              min={1}
              max={28}
              allowDecimal={false}
              value={value}
              onChange={(next) => setDays(days.map((one, at) => (at === index ? next : one)))}
              w={280}
            />
            <Button
              variant="subtle"
              color="gray"
              leftSection={<TrashIcon size={14} />}
              onClick={() => setDays(days.filter((_, at) => at !== index))}
            >
              Remove<span className="hb-visually-hidden"> reminder {index + 1}</span>
            </Button>
          </div>
        ))}
        {wrong || tooLong ? (
          <p role="alert" className="mantine-InputWrapper-error">
            {tooLong ? 'Together they must stay below 30 days: the link works that long.' : 'Each waits 1 to 28 days.'}
          </p>
        ) : null}
        {days.length < 3 ? (
          <div>
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<PlusIcon size={14} />}
              onClick={() => setDays([...days, 5])}
            >
              Add a reminder
            </Button>
          </div>
        ) : (
          <p className="hb-meta">Three are the most.</p>
        )}
      </Form>
    </div>
  );
}

function Review({ campaign, isLive }: { campaign: CampaignView; isLive: boolean }) {
  const client = useQueryClient();
  const navigate = useNavigate({ from: '/campaigns/$campaignId' });
  const format = useFormat();
  const { busy, run } = useWrite();
  const [launching, setLaunching] = useState(false);
  const [language, setLanguage] = useState<string | null>(null);
  const preview = useQuery({
    queryKey: ['campaigns', 'preview', campaign.id, campaign.version],
    queryFn: ({ signal }) => api('POST', `/campaigns/${campaign.id}/preview`, CampaignPreview, { signal }),
    staleTime: 0,
  });
  const survey = useQuery({
    queryKey: ['surveys', 'version', campaign.surveyId],
    queryFn: ({ signal }) => api('GET', `/surveys/${campaign.surveyId}`, SurveyView, { signal }),
  });
  const locales = survey.data?.locales ?? [];
  const locale = language ?? preview.data?.locales.find((one) => locales.includes(one.locale))?.locale ?? locales[0];
  const found = preview.data;
  const send = found?.send ?? 0;
  const customers = `${format.number(send)} ${send === 1 ? 'customer' : 'customers'}`;
  return (
    <div className={classes['review']}>
      <div className="hb-stack">
        {preview.isPending ? <SkeletonLines lines={8} /> : null}
        {preview.error ? <ErrorState error={preview.error} onRetry={() => void preview.refetch()} compact /> : null}
        {found ? (
          <>
            <p>
              <span className={classes['big']}>{customers}</span> {send === 1 ? 'is' : 'are'} asked, of{' '}
              {format.number(found.audience)} in the audience.
            </p>
            <ul className={classes['bars']}>
              <BarRow label="Asked" n={send} of={found.audience} />
              <BarRow label="Not asked" n={found.audience - send} of={found.audience} />
            </ul>
            <h3>Why some are not asked</h3>
            <SkipList skipped={found.skipped} />
            <p className="hb-second">
              {found.firstSendAt && found.lastSendAt ? (
                <>
                  First mail <DateTime at={found.firstSendAt} />, last <DateTime at={found.lastSendAt} /> (
                  {format.timeZone}).{' '}
                </>
              ) : null}
              {found.delayed > 0
                ? `${format.number(found.delayed)} wait for the end of quiet hours or an allowed weekday. `
                : ''}
              {found.locales.length > 0
                ? `Languages: ${found.locales.map((one) => `${languageName(one.locale)} ${format.number(one.n)}`).join(', ')}.`
                : ''}
            </p>
          </>
        ) : null}
        {isLive ? null : (
          <p role="note">
            The survey is not published yet.{' '}
            <Link to="/surveys/$surveyId" params={{ surveyId: campaign.surveyId }}>
              Publish it first
            </Link>
            .
          </p>
        )}
        <div className="hb-row">
          <Button disabled={!found || send === 0 || !isLive} onClick={() => setLaunching(true)}>
            {found ? `Launch to ${customers}` : 'Launch'}
          </Button>
          <Button
            variant="default"
            disabled={!isLive}
            loading={busy === 'test'}
            onClick={() =>
              void run('test', 'The test mail was not sent.', async () => {
                const { to } = await api('POST', `/surveys/${campaign.surveyId}/test`, TestSent, {
                  body: locale ? { locale } : {},
                  idempotencyKey: newIdempotencyKey(),
                });
                toast.done(`A test is on its way to ${to}.`);
              })
            }
          >
            Send me a test
          </Button>
        </div>
      </div>
      <div className="hb-stack">
        <NativeSelect
          label="The first mail, in"
          value={locale ?? ''}
          onChange={(event) => setLanguage(event.currentTarget.value)}
          data={locales.map((one) => ({ value: one, label: languageName(one) }))}
        />
        <div className={classes['mail']}>
          {survey.data && locale ? (
            <MailFrame surveyId={campaign.surveyId} locale={locale} version={survey.data.version} />
          ) : (
            <SkeletonLines lines={10} />
          )}
        </div>
      </div>
      <ConfirmDialog
        opened={launching}
        onClose={() => setLaunching(false)}
        title={`Launch ${campaign.name}`}
        action={`Launch to ${customers}`}
        {...(send > TYPED_ABOVE ? { typed: String(send) } : {})}
        onConfirm={async () => {
          const next = await api('POST', `/campaigns/${campaign.id}/launch`, CampaignView, {
            idempotencyKey: newIdempotencyKey(),
          });
          client.setQueryData(['campaigns', 'one', next.id], next);
          void client.invalidateQueries({ queryKey: ['campaigns', 'list'] });
          await navigate({ search: {}, replace: true });
          toast.done('Launched. Invitations are being made.');
        }}
      >
        <p>
          {campaign.sendAt
            ? `Mails go out from ${format.dateTime(campaign.sendAt)} (${format.timeZone}).`
            : 'Mails start to go out at once; where it is quiet time under the contact policy, they wait for its end.'}{' '}
          You can pause or cancel what is not sent yet; a sent mail cannot be called back.
        </p>
      </ConfirmDialog>
    </div>
  );
}
