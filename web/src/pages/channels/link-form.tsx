import { NumberInput, Radio, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import {
  OPEN_LINK_DEFAULTS,
  type OpenChannel,
  OpenLinkView,
} from '../../../../src/responses/channels/open-links.contract.js';
import { api } from '../../api.js';
import { field, Form } from '../../components/form.js';
import { toast } from '../../components/toasts.js';
import { channelWords } from './channel-words.js';

type Values = {
  channel: OpenChannel;
  name: string;
  /** One address a line. */
  origins: string;
  askAgainAfterDays: number | string;
  delaySeconds: number | string;
  resetSeconds: number | string;
};

const within = (least: number, most: number) => (value: number | string) =>
  Number.isInteger(Number(value)) && value !== '' && Number(value) >= least && Number(value) <= most
    ? null
    : `Enter a whole number from ${least} to ${most}`;

const lines = (text: string): string[] =>
  text
    .split(/[\s,]+/u)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** A new way to the survey, or the settings of one. */
export function LinkForm({
  surveyId,
  link,
  onDone,
}: {
  surveyId: string;
  link: OpenLinkView | null;
  onDone: () => Promise<void>;
}) {
  const from = link ?? OPEN_LINK_DEFAULTS;
  const form = useForm<Values>({
    initialValues: {
      channel: link?.channel ?? 'link',
      name: link?.name ?? '',
      origins: from.origins.join('\n'),
      askAgainAfterDays: from.askAgainAfterDays,
      delaySeconds: from.delaySeconds,
      resetSeconds: from.resetSeconds,
    },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter a name' : null),
      origins: (value, { channel }) =>
        channel === 'widget' && lines(value).length === 0 ? 'Enter the address of at least one site' : null,
      askAgainAfterDays: within(1, 365),
      delaySeconds: within(0, 600),
      resetSeconds: within(5, 120),
    },
  });
  const { channel } = form.values;
  return (
    <Form
      form={form}
      submit={link ? 'Save' : `Make the ${channelWords[channel].word}`}
      onSubmit={async (values, idempotencyKey) => {
        const settings =
          channel === 'widget'
            ? {
                origins: lines(values.origins),
                askAgainAfterDays: Number(values.askAgainAfterDays),
                delaySeconds: Number(values.delaySeconds),
              }
            : channel === 'kiosk'
              ? { resetSeconds: Number(values.resetSeconds) }
              : {};
        const name = values.name.trim();
        if (link)
          await api('PATCH', `/open-links/${link.id}`, OpenLinkView, {
            body: { name, ...settings, version: link.version },
          });
        else
          await api('POST', '/open-links', OpenLinkView, {
            body: { surveyId, channel, name, ...settings },
            idempotencyKey,
          });
        toast.done(link ? 'Saved.' : `The ${channelWords[channel].word} is ready.`);
        await onDone();
      }}
    >
      {link ? null : (
        <Radio.Group label="What it is" {...form.getInputProps('channel')}>
          {(Object.keys(channelWords) as OpenChannel[]).map((one) => (
            <Radio key={one} value={one} label={channelWords[one].title} description={channelWords[one].what} mt={8} />
          ))}
        </Radio.Group>
      )}
      <TextInput
        label="Name"
        description="For you: where it is. Customers do not see it."
        placeholder={channelWords[channel].example}
        {...field(form, 'name')}
      />
      {channel === 'widget' ? (
        <>
          <Textarea
            label="Sites it may stand on"
            description="One address a line, such as https://shop.example.org. Others are refused."
            autosize
            minRows={2}
            spellCheck={false}
            {...field(form, 'origins')}
          />
          <NumberInput
            label="Leave a visitor alone for"
            suffix=" days"
            min={1}
            max={365}
            {...field(form, 'askAgainAfterDays')}
          />
          <NumberInput
            label="Show it after"
            suffix=" seconds on the page"
            min={0}
            max={600}
            {...field(form, 'delaySeconds')}
          />
        </>
      ) : null}
      {channel === 'kiosk' ? (
        <NumberInput
          label="Start anew after"
          suffix=" seconds without a touch"
          min={5}
          max={120}
          {...field(form, 'resetSeconds')}
        />
      ) : null}
    </Form>
  );
}
