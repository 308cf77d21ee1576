import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { readableBrand } from '../../../../src/identity/brand.js';
import { OrganizationView } from '../../../../src/identity/identity.contract.js';
import type { z } from 'zod';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { meQuery, useCan } from '../../session.js';
import { Loaded } from '../settings/settings-parts.js';
import rows from '../settings/settings-rows.module.css';

type Organization = z.infer<typeof OrganizationView>;

export function OrganizationPage() {
  const isAdmin = useCan('admin');
  const query = useQuery({
    queryKey: ['organization'],
    enabled: isAdmin,
    queryFn: ({ signal }) => api('GET', '/organization', OrganizationView, { signal }),
  });
  return (
    <>
      <PageHeader
        title="Organization and brand"
        section="Settings"
        lead="What customers see of you in mails and on pages, and the time that everything here is written in."
      />
      {isAdmin ? (
        <Loaded query={query} height={560}>
          {(organization) => <OrganizationForm key={organization.version} organization={organization} />}
        </Loaded>
      ) : (
        <NeedsRole least="admin" what="change the organization" />
      )}
    </>
  );
}

const COLOR = /^#[0-9a-fA-F]{6}$/;
const DEFAULT_COLOR = '#0B6470';

function zones(current: string): string[] {
  const known = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  return [...new Set([current, 'UTC', ...known])];
}

const isAddress = (value: string): boolean => /^[^\s@]+@[^\s@]+$/.test(value.trim());

function OrganizationForm({ organization }: { organization: Organization }) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: {
      name: organization.name,
      timeZone: organization.timeZone,
      locale: organization.locale,
      color: organization.brand.color ?? DEFAULT_COLOR,
      logo: organization.brand.logo ?? '',
      postalAddress: organization.postalAddress ?? '',
      privacyUrl: organization.privacyUrl ?? '',
      senderName: organization.sender.name ?? '',
      senderAddress: organization.sender.address ?? '',
      replyTo: organization.sender.replyTo ?? '',
    },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter the name' : null),
      locale: (value) => {
        try {
          Intl.getCanonicalLocales(value);
          return value.trim() === '' ? 'Enter a language such as en or de' : null;
        } catch {
          return 'Enter a language such as en or de-AT';
        }
      },
      color: (value) => (COLOR.test(value) ? null : 'Enter a colour such as #0B6470'),
      logo: (value) =>
        value === '' || value.startsWith('https://') ? null : 'Enter an address that starts with https://',
      privacyUrl: (value) => (value === '' || URL.canParse(value) ? null : 'Enter a web address'),
      senderAddress: (value) => (value === '' || isAddress(value) ? null : 'Write the whole address, with an @'),
      replyTo: (value) => (value === '' || isAddress(value) ? null : 'Write the whole address, with an @'),
    },
  });
  const shade = COLOR.test(form.values.color) ? readableBrand(form.values.color) : null;
  return (
    <Form
      form={form}
      submit="Save organization"
      warnOnLeave
      onSubmit={async (values) => {
        const text = (value: string): string | undefined => value.trim() || undefined;
        const next = await api('PATCH', '/organization', OrganizationView, {
          body: {
            name: values.name.trim(),
            timeZone: values.timeZone,
            locale: values.locale.trim(),
            brand: { color: values.color, logo: text(values.logo) },
            postalAddress: values.postalAddress.trim() || null,
            privacyUrl: values.privacyUrl.trim() || null,
            sender: {
              name: text(values.senderName),
              address: text(values.senderAddress),
              replyTo: text(values.replyTo),
            },
            version: organization.version,
          },
        });
        form.resetDirty();
        client.setQueryData(['organization'], next);
        await client.invalidateQueries({ queryKey: meQuery.queryKey });
        toast.done(['Saved.', ...next.notices].join(' '));
      }}
    >
      <Card heading="Organization">
        <div className={`hb-stack ${rows['narrow']}`}>
          <TextInput label="Name" autoComplete="organization" {...field(form, 'name')} />
          <div className={rows['pair']}>
            <NativeSelect
              label="Time zone"
              description="Dates and times in here are in it."
              data={zones(organization.timeZone)}
              {...field(form, 'timeZone')}
            />
            <TextInput
              label="Language and region"
              description="How dates and numbers are written, such as en or de."
              spellCheck={false}
              {...field(form, 'locale')}
            />
          </div>
          <Textarea
            label="Postal address"
            description="Stands at the foot of every mail; many laws ask for it."
            autosize
            minRows={2}
            {...field(form, 'postalAddress')}
          />
          <TextInput
            label="Privacy page"
            description="How answers are used; linked from mails and survey pages."
            type="url"
            inputMode="url"
            {...field(form, 'privacyUrl')}
          />
        </div>
      </Card>
      <Card heading="Brand" sub="On survey pages and in mails only; this app keeps its own colours.">
        <div className={`hb-stack ${rows['narrow']}`}>
          <div className="hb-row" style={{ alignItems: 'end', gap: 12 }}>
            <TextInput label="Colour" spellCheck={false} w={150} {...field(form, 'color')} />
            <input
              type="color"
              aria-label="Pick the colour"
              value={COLOR.test(form.values.color) ? form.values.color : DEFAULT_COLOR}
              onChange={(event) => form.setFieldValue('color', event.currentTarget.value.toUpperCase())}
              style={{ inlineSize: 44, blockSize: 36, padding: 2 }}
            />
            {shade ? (
              <span className={rows['swatch']} style={{ background: shade.color, color: '#ffffff' }}>
                Send my answer
              </span>
            ) : null}
          </div>
          {shade ? (
            <p className="hb-second" role="status">
              {shade.changed
                ? `White text cannot be read on ${form.values.color}. It is darkened to ${shade.color.toUpperCase()}, ${shade.contrast.toFixed(1)} to 1.`
                : `White text can be read on it: ${shade.contrast.toFixed(1)} to 1 (4.5 is needed).`}
            </p>
          ) : null}
          <TextInput label="Logo" description="An https address of a picture." type="url" {...field(form, 'logo')} />
        </div>
      </Card>
      <Card heading="Sender of mails">
        <div className={`hb-stack ${rows['narrow']}`}>
          <TextInput label="Name" {...field(form, 'senderName')} />
          <div className={rows['pair']}>
            <TextInput label="Address" type="email" {...field(form, 'senderAddress')} />
            <TextInput label="Replies go to" type="email" {...field(form, 'replyTo')} />
          </div>
        </div>
      </Card>
    </Form>
  );
}
