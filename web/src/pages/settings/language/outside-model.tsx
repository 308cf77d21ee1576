import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ModelView } from '../../../../../src/sentiment/language.contract.js';
import { api } from '../../../api.js';
import { StatusPill } from '../../../components/badges.js';
import { Card } from '../../../components/card.js';
import { DateTime } from '../../../components/figures.js';
import { field, Form } from '../../../components/form.js';
import { toast } from '../../../components/toasts.js';
import { useWrite } from '../../../writes.js';
import { Loaded } from '../settings-parts.js';
import rows from '../settings-rows.module.css';

const KEY = ['language', 'model'];
const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** A model elsewhere: off until it did better than the built-in engine on this organization's judged statements. */
export function OutsideModel() {
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api('GET', '/language/model', ModelView, { signal }),
    refetchInterval: ({ state }) => (state.data?.trial?.state === 'running' ? 3000 : false),
  });
  return <Loaded query={query}>{(model) => <Settings key={model.version} model={model} />}</Loaded>;
}

function Settings({ model }: { model: ModelView }) {
  const client = useQueryClient();
  const { busy, run } = useWrite();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { url: model.url ?? '', model: model.model ?? '', key: '' },
  });
  const put = (next: ModelView): void => void client.setQueryData(KEY, next);
  const { trial } = model;
  return (
    <Card
      heading="A model elsewhere"
      sub="Any service that speaks the OpenAI chat interface."
      actions={<StatusPill tone={model.enabled ? 'soon' : 'neutral'}>{model.enabled ? 'On' : 'Off'}</StatusPill>}
    >
      <p>
        {model.enabled ? (
          <>
            <strong>Comments leave this machine.</strong> The words of every statement go to {model.url}.
          </>
        ) : (
          'Nothing leaves this machine now.'
        )}{' '}
        A trial sends up to 200 statements that your people judged to the address below; once switched on, the words of
        every new statement go there. Names, addresses and scores of customers are never sent, but people may write them
        into a comment. When the service fails, the built-in engine reads.
      </p>
      {model.lastFailure ? (
        <p className="hb-meta">
          It failed last on <DateTime at={model.lastFailure.at} /> ({model.lastFailure.reason}); the built-in engine
          read instead.
        </p>
      ) : null}
      <Form
        form={form}
        submit="Save"
        onSubmit={async (values) => {
          put(
            await api('PATCH', '/language/model', ModelView, {
              body: {
                url: values.url.trim() || null,
                model: values.model.trim() || null,
                ...(values.key.trim() ? { key: values.key.trim() } : {}),
                version: model.version,
              },
            }),
          );
          toast.done('Saved.');
        }}
      >
        <div className={`${rows['narrow']} hb-stack`}>
          <TextInput label="Address" placeholder="https://models.example.com/v1" {...field(form, 'url')} />
          <TextInput label="Model" {...field(form, 'model')} />
          <PasswordInput
            label="Key"
            description={
              model.hasKey ? 'One is kept, sealed. Enter another to replace it.' : 'Kept sealed; never shown again.'
            }
            autoComplete="off"
            {...field(form, 'key')}
          />
        </div>
      </Form>
      <div className={rows['controls']} style={{ marginBlockStart: 12 }}>
        <Button
          variant="default"
          loading={busy === 'trial' || trial?.state === 'running'}
          disabled={!model.url || !model.model || model.gold < model.leastGold}
          onClick={() =>
            void run('trial', 'The trial did not start.', async () =>
              put(await api('POST', '/language/model/trial', ModelView)),
            )
          }
        >
          Try it on {Math.min(model.gold, 200)} judged statements
        </Button>
        {model.enabled || trial?.wins ? (
          <Button
            loading={busy === 'switch'}
            variant={model.enabled ? 'default' : 'filled'}
            onClick={() =>
              void run('switch', 'Nothing was switched.', async () =>
                put(
                  await api('PATCH', '/language/model', ModelView, {
                    body: { enabled: !model.enabled, version: model.version },
                  }),
                ),
              )
            }
          >
            {model.enabled ? 'Switch off' : 'Switch on: send comments there'}
          </Button>
        ) : null}
        {model.gold < model.leastGold ? (
          <span className="hb-meta">
            A trial needs {model.leastGold} judged statements; there are {model.gold}.
          </span>
        ) : null}
      </div>
      {trial && trial.state !== 'running' ? (
        <p role="status" style={{ marginBlockStart: 12 }}>
          {trial.state === 'failed' || !trial.outside || !trial.builtIn
            ? (trial.reason ?? 'The trial failed.')
            : `On ${trial.outside.n} judged statements ${trial.model} was right in ${percent(trial.outside.accuracy)} (macro-F1 ${percent(trial.outside.macroF1)}), the built-in engine in ${percent(trial.builtIn.accuracy)} (${percent(trial.builtIn.macroF1)}): ${trial.better} better, ${trial.worse} worse${trial.unanswered ? `, ${trial.unanswered} not answered` : ''}. ${trial.wins ? 'It may be switched on.' : 'That is not better beyond chance, so it stays off.'}`}
        </p>
      ) : null}
    </Card>
  );
}
