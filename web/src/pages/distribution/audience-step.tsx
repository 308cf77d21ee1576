import { NativeSelect, NumberInput, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Audience, AudienceFilter } from '../../../../src/distribution/audience.contract.js';
import type { CampaignView } from '../../../../src/distribution/distribution.contract.js';
import { instantAt, wallAt } from '../../../../src/platform/zone.js';
import { field, Form } from '../../components/form.js';
import { useFormat } from '../../format.js';
import { useSegments, useTouchpoints } from '../../reference.js';
import { languageName } from '../surveys/survey-words.js';
import { ATTRIBUTE_OPS, readRows, writeRows, type AttributeOp, type AttributeRow } from './audience.js';
import { LiveCount } from './audience-count.js';
import type { Save } from './campaign-steps.js';
import classes from './campaign.module.css';
import { RowFrame, type RowProps, Rows } from './rows.js';

type Values = {
  segments: string[];
  locale: string;
  accounts: string[];
  lifetimeValueMin: number | string;
  lifetimeValueMax: number | string;
  createdAfter: string;
  createdBefore: string;
  eventHow: '' | 'within' | 'not' | 'between';
  eventType: string;
  eventTouchpoint: string;
  withinDays: number | string;
  notWithinDays: number | string;
  rows: AttributeRow[];
  sample: number | string;
};

const numberOf = (value: number | string): number | undefined => (value === '' ? undefined : Number(value));

/** The form as the API takes it; null while something in it cannot be read. */
function audienceOf(values: Values, startOf: (date: string) => string): Audience | null {
  const attributes = readRows(values.rows);
  if (typeof attributes === 'string') return null;
  const filter: AudienceFilter = {};
  const [first, ...more] = values.accounts;
  if (first !== undefined) filter.account = more.length === 0 ? first : values.accounts;
  if (values.locale) filter.locale = values.locale;
  const [min, max] = [numberOf(values.lifetimeValueMin), numberOf(values.lifetimeValueMax)];
  if (min !== undefined) filter.lifetimeValueMin = min;
  if (max !== undefined) filter.lifetimeValueMax = max;
  if (values.createdAfter) filter.createdAfter = startOf(values.createdAfter);
  if (values.createdBefore) filter.createdBefore = startOf(values.createdBefore);
  if (Object.keys(attributes).length > 0) filter.attributes = attributes;
  if (values.eventHow) {
    const within = values.eventHow === 'not' ? undefined : numberOf(values.withinDays);
    const notWithin = values.eventHow === 'within' ? undefined : numberOf(values.notWithinDays);
    if (within === undefined && notWithin === undefined) return null;
    filter.lastEvent = {
      ...(values.eventType.trim() ? { type: values.eventType.trim() } : {}),
      ...(values.eventTouchpoint ? { touchpointKey: values.eventTouchpoint } : {}),
      ...(within === undefined ? {} : { withinDays: within }),
      ...(notWithin === undefined ? {} : { notWithinDays: notWithin }),
    };
  }
  return { segments: values.segments, filter };
}

export function AudienceStep({ campaign, onSave }: { campaign: CampaignView; onSave: Save }) {
  const format = useFormat();
  const segments = useSegments();
  const touchpoints = useTouchpoints();
  const { filter } = campaign.audience;
  const day = (at: string | undefined): string =>
    at ? new Date(wallAt(format.timeZone, Date.parse(at))).toISOString().slice(0, 10) : '';
  const startOf = (date: string): string =>
    new Date(instantAt(format.timeZone, Date.parse(`${date}T00:00Z`))).toISOString();
  const last = filter.lastEvent;
  const form = useForm<Values>({
    initialValues: {
      segments: campaign.audience.segments,
      locale: filter.locale ?? '',
      accounts: filter.account === undefined ? [] : [filter.account].flat(),
      lifetimeValueMin: filter.lifetimeValueMin ?? '',
      lifetimeValueMax: filter.lifetimeValueMax ?? '',
      createdAfter: day(filter.createdAfter),
      createdBefore: day(filter.createdBefore),
      eventHow: !last
        ? ''
        : last.withinDays === undefined
          ? 'not'
          : last.notWithinDays === undefined
            ? 'within'
            : 'between',
      eventType: last?.type ?? '',
      eventTouchpoint: last?.touchpointKey ?? '',
      withinDays: last?.withinDays ?? 90,
      notWithinDays: last?.notWithinDays ?? 30,
      rows: writeRows(filter.attributes),
      sample: Math.round(campaign.sampleRate * 100),
    },
    validateInputOnBlur: true,
    validate: {
      lifetimeValueMax: (value, { lifetimeValueMin }) =>
        value !== '' && lifetimeValueMin !== '' && Number(value) < Number(lifetimeValueMin)
          ? 'The upper value is below the lower one'
          : null,
      withinDays: (value, { eventHow, notWithinDays }) =>
        eventHow === 'between' && Number(value) <= Number(notWithinDays)
          ? 'This has to be more days than the other'
          : (eventHow === 'within' || eventHow === 'between') && !(Number(value) >= 1)
            ? 'Enter 1 or more days'
            : null,
      notWithinDays: (value, { eventHow }) =>
        (eventHow === 'not' || eventHow === 'between') && !(Number(value) >= 1) ? 'Enter 1 or more days' : null,
      rows: (value) => {
        const read = readRows(value);
        return typeof read === 'string' ? read : null;
      },
      sample: (value) => (Number(value) >= 1 && Number(value) <= 100 ? null : 'Enter a share from 1 to 100'),
    },
  });
  const audience = audienceOf(form.values, startOf);
  const { eventHow, rows } = form.values;
  const setRows = (next: AttributeRow[]): void => form.setFieldValue('rows', next);
  return (
    <div className={classes['wide']}>
      <Form
        form={form}
        submit="Continue to the time"
        onSubmit={(values) =>
          onSave({ audience: audienceOf(values, startOf), sampleRate: Number(values.sample) / 100 }, 'when')
        }
      >
        <p className="hb-second">Every condition that you fill in must hold. Left empty, all customers are in.</p>
        <div className={classes['pair']}>
          <TagsInput
            label="Segments"
            description="In any of them. Press Enter after each."
            data={[...segments]}
            {...field(form, 'segments')}
          />
          <TagsInput label="Accounts" description="Any of them, by name." {...field(form, 'accounts')} />
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
        </div>
        <div className={classes['pair']}>
          <NumberInput label="Lifetime value from" min={0} {...field(form, 'lifetimeValueMin')} />
          <NumberInput label="Lifetime value up to" min={0} {...field(form, 'lifetimeValueMax')} />
        </div>
        <div className={classes['pair']}>
          <TextInput label="Customer since or after" type="date" {...field(form, 'createdAfter')} />
          <TextInput label="Customer from before" type="date" {...field(form, 'createdBefore')} />
        </div>
        <fieldset className={classes['fieldset']}>
          <legend>Attributes</legend>
          <Rows
            rows={rows}
            onChange={setRows}
            fields={AttributeFields}
            blank={{ name: '', op: 'is', a: '', b: '' }}
            add="Add an attribute"
            error={form.errors['rows']}
          />
        </fieldset>
        <fieldset className={classes['fieldset']}>
          <legend>Last event</legend>
          <NativeSelect
            label="Something happened to them"
            data={[
              { value: '', label: 'Does not matter' },
              { value: 'within', label: 'within the last days' },
              { value: 'not', label: 'not within the last days, or never' },
              { value: 'between', label: 'within the last days, but not in the newest of them' },
            ]}
            {...field(form, 'eventHow')}
          />
          {eventHow === '' ? null : (
            <div className={classes['pair']}>
              <TextInput
                label="Type of event"
                description="Empty: any."
                placeholder="order.delivered"
                spellCheck={false}
                {...field(form, 'eventType')}
              />
              <NativeSelect
                label="Touchpoint"
                description="Any, or one."
                data={[{ value: '', label: 'Any' }, ...touchpoints.map((one) => ({ value: one.key, label: one.name }))]}
                {...field(form, 'eventTouchpoint')}
              />
              {eventHow === 'not' ? null : (
                <NumberInput label="Within how many days" min={1} allowDecimal={false} {...field(form, 'withinDays')} />
              )}
              {eventHow === 'within' ? null : (
                <NumberInput
                  label="Not within how many days"
                  min={1}
                  allowDecimal={false}
                  {...field(form, 'notWithinDays')}
                />
              )}
            </div>
          )}
        </fieldset>
        <NumberInput
          label="How many of them to ask, in 100"
          description="Below 100 a fair part is drawn by chance; the others are left out as “not in the sample”."
          min={1}
          max={100}
          allowDecimal={false}
          maw={360}
          {...field(form, 'sample')}
        />
        <LiveCount audience={audience} channel={campaign.channel} />
      </Form>
    </div>
  );
}

function AttributeFields({ row, number, onChange, onRemove }: RowProps<AttributeRow>) {
  const isRange = row.op === 'number' || row.op === 'date';
  const needsNothing = row.op === 'known' || row.op === 'unknown';
  const type = row.op === 'date' ? 'date' : 'text';
  return (
    <RowFrame name={`attribute ${number}`} onRemove={onRemove}>
      <TextInput
        label="Attribute"
        placeholder="plan"
        spellCheck={false}
        value={row.name}
        onChange={(event) => onChange({ ...row, name: event.currentTarget.value })}
      />
      <NativeSelect
        label="Compare"
        data={ATTRIBUTE_OPS.map(({ value, label }) => ({ value, label }))}
        value={row.op}
        onChange={(event) => onChange({ ...row, op: event.currentTarget.value as AttributeOp, a: '', b: '' })}
      />
      {needsNothing ? (
        <span />
      ) : isRange ? (
        <div className={classes['range']}>
          <TextInput
            label="From"
            type={type}
            inputMode={row.op === 'number' ? 'decimal' : undefined}
            value={row.a}
            onChange={(event) => onChange({ ...row, a: event.currentTarget.value })}
          />
          <TextInput
            label={row.op === 'date' ? 'Before' : 'Up to'}
            type={type}
            inputMode={row.op === 'number' ? 'decimal' : undefined}
            value={row.b}
            onChange={(event) => onChange({ ...row, b: event.currentTarget.value })}
          />
        </div>
      ) : (
        <TextInput
          label="Value, or several with commas"
          placeholder="pro, business"
          value={row.a}
          onChange={(event) => onChange({ ...row, a: event.currentTarget.value })}
        />
      )}
    </RowFrame>
  );
}
