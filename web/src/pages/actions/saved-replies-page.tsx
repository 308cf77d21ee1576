import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { MERGE_FIELDS } from '../../../../src/actions/saved-replies/merge-fields.js';
import { SavedReplyPage, SavedReplyView } from '../../../../src/actions/saved-replies/saved-replies.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { EmptyState } from '../../components/empty-state.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { useAll } from '../settings/settings-data.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import rows from '../settings/settings-rows.module.css';
import { languageName } from '../surveys/survey-words.js';

const languages = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'pl', 'sv', 'nb', 'da', 'ar'];

/** Texts that everybody who works cases can insert; a person reads and sends them. */
export function SavedRepliesPage() {
  const canEdit = useCan('manager');
  const client = useQueryClient();
  const query = useAll('/saved-replies', SavedReplyPage, canEdit);
  const { busy, run } = useWrite();
  const [open, setOpen] = useState<SavedReplyView | 'new' | null>(null);
  const refresh = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: ['all', '/saved-replies'] });
    await client.invalidateQueries({ queryKey: ['saved-replies'] });
  };
  const create = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => setOpen('new')}>
      New saved reply
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Saved replies"
        section="Settings"
        lead="Agents insert them in a case, in the customer’s language and with the fields filled in. Nothing is sent by itself."
        {...(canEdit ? { actions: create } : {})}
      />
      {canEdit ? (
        <Loaded query={query}>
          {(all) =>
            all.length === 0 ? (
              <EmptyState title="No saved replies yet" action={create}>
                For example how a missed appointment is made good.
              </EmptyState>
            ) : (
              <Card flush>
                <ul className={rows['list']}>
                  {all.map((one) => (
                    <li key={one.id} className={rows['item']}>
                      <span className={rows['main']}>{one.name}</span>
                      <span className="hb-meta">{Object.keys(one.texts).map(languageName).join(', ')}</span>
                      <span className={rows['controls']}>
                        <Button size="compact-sm" variant="default" onClick={() => setOpen(one)}>
                          Change<span className="hb-visually-hidden"> {one.name}</span>
                        </Button>
                        <Button
                          size="compact-sm"
                          variant="default"
                          loading={busy === one.id}
                          onClick={() =>
                            void run(one.id, `“${one.name}” is still there.`, async () => {
                              await api('DELETE', `/saved-replies/${one.id}`, z.unknown());
                              toast.done(`“${one.name}” is gone.`);
                              await refresh();
                            })
                          }
                        >
                          Remove<span className="hb-visually-hidden"> {one.name}</span>
                        </Button>
                      </span>
                    </li>
                  ))}
                </ul>
              </Card>
            )
          }
        </Loaded>
      ) : (
        <NeedsRole least="manager" what="write saved replies" />
      )}
      <FormDialog
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === 'new' ? 'New saved reply' : 'Saved reply'}
      >
        {open === null ? null : (
          <ReplyForm
            reply={open === 'new' ? null : open}
            onDone={() => {
              setOpen(null);
              void refresh();
            }}
          />
        )}
      </FormDialog>
    </>
  );
}

type Values = { name: string; texts: Record<string, string> };

function ReplyForm({ reply, onDone }: { reply: SavedReplyView | null; onDone: () => void }) {
  const form = useForm<Values>({
    initialValues: { name: reply?.name ?? '', texts: reply?.texts ?? { en: '' } },
    validateInputOnBlur: true,
    validate: { name: (value) => (value.trim() === '' ? 'Enter a name' : null) },
  });
  const { texts } = form.values;
  const rest = languages.filter((code) => !(code in texts));
  return (
    <Form
      form={form}
      submit={reply ? 'Save saved reply' : 'Add saved reply'}
      onSubmit={async (values, idempotencyKey) => {
        const written = Object.entries(values.texts).filter(
          ([, text], _, all) => text.trim() !== '' || all.length === 1,
        );
        const body = { name: values.name.trim(), texts: Object.fromEntries(written) };
        await (reply
          ? api('PATCH', `/saved-replies/${reply.id}`, SavedReplyView, { body: { ...body, version: reply.version } })
          : api('POST', '/saved-replies', SavedReplyView, { body, idempotencyKey }));
        onDone();
      }}
    >
      <TextInput label="Name" maxLength={120} data-autofocus {...field(form, 'name')} />
      {Object.keys(texts).map((code) => (
        <Textarea
          key={code}
          label={languageName(code)}
          lang={code}
          dir="auto"
          autosize
          minRows={3}
          maxRows={8}
          maxLength={5000}
          name={`texts.${code}`}
          {...form.getInputProps(`texts.${code}`)}
        />
      ))}
      <Select
        label="Add a language"
        placeholder="Choose"
        data={rest.map((value) => ({ value, label: languageName(value) }))}
        value={null}
        onChange={(code) => {
          if (code) form.setFieldValue('texts', { ...texts, [code]: '' });
        }}
      />
      <p className="hb-meta">Fields: {MERGE_FIELDS.map((one) => `{{${one}}}`).join(' ')}</p>
    </Form>
  );
}
