import { NumberInput, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { SendingView } from '../../../../src/identity/sending.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { DateTime } from '../../components/figures.js';
import { field, Form } from '../../components/form.js';
import { toast } from '../../components/toasts.js';
import { Loaded } from './settings-parts.js';
import rows from './settings-rows.module.css';

const KEY = ['mail', 'sending'];

/** How fast bulk mail leaves, what is held back, and domains that are warming up. */
export function SendLimits() {
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api('GET', '/organization/sending', SendingView, { signal }),
  });
  return (
    <Card
      heading="Sending limits"
      sub="For surveys and other mails to many. What a person asked for is never held back."
    >
      <Loaded query={query} height={160}>
        {(sending) => (
          <div className={`hb-stack ${rows['narrow']}`}>
            {sending.held ? (
              <p role="status">
                <strong>{sending.held.mails.toLocaleString('en')} mails wait</strong> until{' '}
                <DateTime at={sending.held.until} />: {heldWords[sending.held.by]}.
              </p>
            ) : null}
            {sending.warmUps.map((one) => (
              <p key={one.domain} className="hb-meta">
                {one.domain} is warming up: day {one.day}, {one.sentToday.toLocaleString('en')} of{' '}
                {one.cap.toLocaleString('en')} mails today.
              </p>
            ))}
            <LimitsForm key={sending.version} sending={sending} />
          </div>
        )}
      </Loaded>
    </Card>
  );
}

const heldWords: Record<NonNullable<SendingView['held']>['by'], string> = {
  organization: 'the limit of the organization is reached',
  recipient_domain: 'the limit for one recipient domain is reached',
  warm_up: 'the sender domain is warming up',
};

function LimitsForm({ sending }: { sending: SendingView }) {
  const client = useQueryClient();
  const limit = (value: number | string): string | null =>
    value === ''
      ? sending.mayBeUnlimited
        ? null
        : 'Enter a number of mails'
      : Number(value) < 1 || Number(value) > 600_000
        ? 'Enter 1 to 600,000 mails a minute'
        : null;
  const form = useForm<{ perMinute: number | string; domainPerMinute: number | string; warmUp: boolean }>({
    initialValues: {
      perMinute: sending.perMinute ?? '',
      domainPerMinute: sending.domainPerMinute ?? '',
      warmUp: sending.warmUp,
    },
    validateInputOnBlur: true,
    validate: { perMinute: limit, domainPerMinute: limit },
  });
  const empty = sending.mayBeUnlimited ? ' Empty: no limit.' : '';
  return (
    <Form
      form={form}
      submit="Save limits"
      onSubmit={async ({ perMinute, domainPerMinute, warmUp }) => {
        const next = await api('PATCH', '/organization/sending', SendingView, {
          body: {
            perMinute: perMinute === '' ? null : Number(perMinute),
            domainPerMinute: domainPerMinute === '' ? null : Number(domainPerMinute),
            warmUp,
            version: sending.version,
          },
        });
        client.setQueryData(KEY, next);
        toast.done('The limits are saved. They hold from the next mail on.');
      }}
    >
      <div className={rows['pair']}>
        <NumberInput
          label="Mails a minute"
          description={`To everybody.${empty}`}
          min={1}
          allowDecimal={false}
          {...field(form, 'perMinute')}
        />
        <NumberInput
          label="To one domain"
          description={`A minute, such as all of gmail.com.${empty}`}
          min={1}
          allowDecimal={false}
          {...field(form, 'domainPerMinute')}
        />
      </div>
      <Switch
        label="Start a new sender domain slowly"
        description="50 mails on the first day, twice as many each further day, so that receivers learn to trust it."
        {...form.getInputProps('warmUp', { type: 'checkbox' })}
      />
    </Form>
  );
}
