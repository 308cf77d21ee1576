import { Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { MERGE_FIELDS } from '../../../../src/actions/saved-replies/merge-fields.js';
import { SavedReplyPage, SavedReplyView } from '../../../../src/actions/saved-replies/saved-replies.contract.js';
import { api, ApiError } from '../../api.js';
import { Card } from '../../components/card.js';
import { EmptyState } from '../../components/empty-state.js';
import { explain } from '../../components/error-state.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { useWrite } from '../../writes.js';
import { useAll } from '../settings/settings-data.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import classes from './settings-lists.module.css';

const languages = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'pl', 'sv', 'nb', 'da', 'ar'];
const languageName = new Intl.DisplayNames('en', { type: 'language' });
const nameOf = (code: string): string => languageName.of(code) ?? code;

/** Texts that everybody who works cases can insert; a person reads and sends them. */
export function SavedRepliesPage() {
  const client = useQueryClient();
  const query = useAll('/saved-replies', SavedReplyPage);
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
        actions={create}
      />
      <Loaded query={query}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title="No saved replies yet" action={create}>
              For example how a missed appointment is made good.
            </EmptyState>
          ) : (
            <Card>
              <ul className={classes['list']}>
                {all.map((one) => (
                  <li key={one.id}>
                    <span className={classes['name']}>{one.name}</span>
                    <span className="hb-meta">{Object.keys(one.texts).map(nameOf).join(', ')}</span>
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
                  </li>
                ))}
              </ul>
            </Card>
          )
        }
      </Loaded>
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

function ReplyForm({ reply, onDone }: { reply: SavedReplyView | null; onDone: () => void }) {
  const [name, setName] = useState(reply?.name ?? '');
  const [texts, setTexts] = useState<Record<string, string>>(reply?.texts ?? { en: '' });
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const rest = languages.filter((code) => !(code in texts));
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    setErrors(new Map());
    try {
      const written = Object.fromEntries(
        Object.entries(texts).filter(([, text]) => text.trim() !== '' || Object.keys(texts).length === 1),
      );
      const body = { name: name.trim(), texts: written };
      await (reply
        ? api('PATCH', `/saved-replies/${reply.id}`, SavedReplyView, { body: { ...body, version: reply.version } })
        : api('POST', '/saved-replies', SavedReplyView, { body }));
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.errors.length > 0)
        setErrors(new Map(error.errors.map((one) => [one.path, one.message])));
      else setProblem(explain(error).detail);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="md">
        {problem ? <p role="alert">{problem}</p> : null}
        <TextInput
          label="Name"
          maxLength={120}
          value={name}
          error={errors.get('name')}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        {Object.entries(texts).map(([code, text]) => (
          <Textarea
            key={code}
            label={nameOf(code)}
            lang={code}
            dir="auto"
            autosize
            minRows={3}
            maxRows={8}
            maxLength={5000}
            value={text}
            error={errors.get(`texts.${code}`) ?? errors.get('texts')}
            onChange={(event) => setTexts({ ...texts, [code]: event.currentTarget.value })}
          />
        ))}
        <Select
          label="Add a language"
          placeholder="Choose"
          data={rest.map((value) => ({ value, label: nameOf(value) }))}
          value={null}
          onChange={(code) => {
            if (code) setTexts({ ...texts, [code]: '' });
          }}
        />
        <p className="hb-meta">Fields: {MERGE_FIELDS.map((one) => `{{${one}}}`).join(' ')}</p>
        <Group justify="flex-end">
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
