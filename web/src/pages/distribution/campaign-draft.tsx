import { NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { CheckIcon, ChevronDownIcon, ChevronUpIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useId, type ReactNode } from 'react';
import { CampaignView } from '../../../../src/distribution/distribution.contract.js';
import { api } from '../../api.js';
import { field, Form } from '../../components/form.js';
import { ReadOnlyNote } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { useFormat } from '../../format.js';
import { useSurveys } from '../../reference.js';
import { useCan } from '../../session.js';
import { askChannelWords, ChannelField } from '../channels/channel-field.js';
import { AudienceStep } from './audience-step.js';
import { audienceWords } from './audience.js';
import { campaignsCrumb } from './campaign-crumb.js';
import { DuplicateButton } from './campaign-duplicate.js';
import { STEPS, type Save, type StepName } from './campaign-steps.js';
import classes from './campaign.module.css';
import { sampleWords } from './distribution-words.js';
import { RemindersStep } from './reminders-step.js';
import { Review } from './review-step.js';
import { rivalryWords } from './rivalry-fields.js';
import { whenWords } from './schedule-words.js';
import { WhenStep } from './when-step.js';

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
    survey:
      campaign &&
      `${campaign.surveyName}${campaign.channel === 'email' ? '' : ` by ${askChannelWords[campaign.channel]}`}${survey && survey.status !== 'live' ? ', not published yet' : ''}`,
    audience:
      campaign &&
      `${audienceWords(campaign.audience)}${campaign.sampleRate < 1 ? `, ${sampleWords(campaign.sampleRate)} of them` : ''}`,
    when: campaign && `${whenWords(campaign, format)}; ${rivalryWords(campaign)}`,
    reminders:
      campaign &&
      (campaign.reminders.length === 0
        ? 'None'
        : campaign.reminders
            .map((one) => `after ${one.afterDays} days${one.texts ? ' in your words' : ''}`)
            .join(', then ')),
    review: campaign && 'Who is asked, who is not and why, and the mail',
  };
  const titles: Record<StepName, string> = {
    survey: 'Survey and channel',
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
        {...(campaign && canEdit ? { actions: <DuplicateButton campaign={campaign} /> } : {})}
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
    initialValues: {
      name: campaign?.name ?? '',
      surveyId: campaign?.surveyId ?? '',
      channel: campaign?.channel ?? ('email' as const),
    },
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
        onSubmit={(values, key) =>
          onSave({ name: values.name.trim(), surveyId: values.surveyId, channel: values.channel }, 'audience', key)
        }
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
        <ChannelField form={form} />
      </Form>
    </div>
  );
}
