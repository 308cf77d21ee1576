import { NativeSelect } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { type AskChannel, TextPreview } from '../../../../src/distribution/channels/channels.contract.js';
import { api } from '../../api.js';
import { ErrorState } from '../../components/error-state.js';
import { field } from '../../components/form.js';
import { SkeletonLines } from '../../components/skeleton.js';
import classes from './channels.module.css';

export const askChannelWords: Record<AskChannel, string> = { email: 'Email', sms: 'SMS', whatsapp: 'WhatsApp' };

/** By which channel customers are asked. */
export function ChannelField<Values extends { channel: AskChannel } & Record<string, unknown>>({
  form,
}: {
  form: UseFormReturnType<Values>;
}) {
  return (
    <NativeSelect
      label="Channel"
      description="By SMS and WhatsApp those are asked whose phone number stands with its country. An admin sets them up under Settings, Channels."
      data={(Object.keys(askChannelWords) as AskChannel[]).map((value) => ({ value, label: askChannelWords[value] }))}
      {...field(form, 'channel')}
    />
  );
}

/** The text that customers get, and how much of an SMS it takes. */
export function TextOfInvitation({
  surveyId,
  channel,
  locale,
}: {
  surveyId: string;
  channel: Exclude<AskChannel, 'email'>;
  locale?: string | undefined;
}) {
  const query = useQuery({
    queryKey: ['surveys', surveyId, 'text', channel, locale],
    queryFn: ({ signal }) =>
      api('GET', `/surveys/${surveyId}/text`, TextPreview, { query: { channel, locale }, signal }),
  });
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} compact />;
  const found = query.data;
  if (!found) return <SkeletonLines lines={3} />;
  return (
    <figure className={classes['text']}>
      <blockquote lang={found.locale} dir="auto">
        {found.text}
      </blockquote>
      <figcaption className="hb-second">
        {channel === 'whatsapp'
          ? 'WhatsApp puts organization, question and link into its approved template; without a template this text goes.'
          : `${found.units} characters in ${found.encoding}: ${found.segments === 1 ? 'one segment' : `${found.segments} segments`}, ${found.left} left. The link becomes each customer’s own.`}
      </figcaption>
    </figure>
  );
}
