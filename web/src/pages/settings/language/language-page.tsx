import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { LanguageReport, StatementsToJudge } from '../../../../../src/sentiment/language.contract.js';
import { api } from '../../../api.js';
import { Card } from '../../../components/card.js';
import { DataTable } from '../../../components/data-table.js';
import { EmptyState } from '../../../components/empty-state.js';
import { DateTime } from '../../../components/figures.js';
import { PageHeader } from '../../../components/page-header.js';
import { useFormat } from '../../../format.js';
import { useCan } from '../../../session.js';
import { useCorrect } from '../../painpoints/corrections.js';
import { languageName } from '../../surveys/survey-words.js';
import { Loaded } from '../settings-parts.js';
import rows from '../settings-rows.module.css';
import { OutsideModel } from './outside-model.js';

/** A share of fewer judged statements says nothing. */
const LEAST_JUDGED = 10;

const percent = (share: number): string => `${Math.round(share * 100)}%`;
const shareOf = (n: number, share: number): string => (n < LEAST_JUDGED ? 'too few' : percent(share));
const language = (code: string | null): string => (code ? languageName(code) : 'Not known');

/** How well comments are read, what corrections teach, and the model elsewhere that an admin may switch on. */
export function LanguagePage() {
  const isAdmin = useCan('admin');
  const report = useQuery({
    queryKey: ['language', 'report'],
    queryFn: ({ signal }) => api('GET', '/language', LanguageReport, { signal }),
  });
  return (
    <>
      <PageHeader
        title="Language"
        section="Settings"
        lead="How comments are read. Everything happens on this machine, unless an admin switches on a model elsewhere."
      />
      <div className="hb-stack">
        <Loaded query={report}>
          {(data) => (
            <>
              <ReportCard report={data} />
              <Learned report={data} />
            </>
          )}
        </Loaded>
        <Judge />
        <Loaded query={report}>{(data) => <Coverage report={data} />}</Loaded>
        {isAdmin ? <OutsideModel /> : null}
      </div>
    </>
  );
}

function ReportCard({ report: { agreement, engine, corrections } }: { report: LanguageReport }) {
  if (!agreement)
    return (
      <Card heading="Agreement with people" sub={`Engine ${engine.version}`}>
        <p>
          {corrections === 0
            ? 'Nobody has judged a statement yet. Judge a few below: after that this card says how often the reading agrees with you.'
            : 'The figures are being made; look again in a minute.'}
        </p>
      </Card>
    );
  const { read, byLanguage, confirmed, changed, at } = agreement;
  return (
    <Card
      heading="Agreement with people"
      sub={`Of ${read.n} statements that people judged; engine ${engine.version}`}
      flush
    >
      <div className={rows['item']}>
        <p>
          {read.n < LEAST_JUDGED ? (
            <>Too few to say how often the reading is right: {LEAST_JUDGED} are the least. </>
          ) : (
            <>
              <strong>{percent(read.accuracy)}</strong> read as people judged them; macro-F1 {percent(read.macroF1)},
              likely between {percent(read.low)} and {percent(read.high)}.{' '}
            </>
          )}
          {changed} were changed, {confirmed} confirmed.
          {confirmed < changed
            ? ' People mostly change what is wrong, so this looks worse than the reading is. Judge statements drawn at random below for a fair figure.'
            : ''}
        </p>
        <p className="hb-meta">
          As of <DateTime at={at} />
        </p>
      </div>
      <DataTable
        caption="Agreement by language"
        rows={byLanguage}
        rowKey={(row) => row.language ?? 'none'}
        empty={null}
        columns={[
          { key: 'language', header: 'Language', render: (row) => language(row.language) },
          { key: 'n', header: 'Judged', align: 'end', render: (row) => row.n },
          { key: 'accuracy', header: 'Agreement', align: 'end', render: (row) => shareOf(row.n, row.accuracy) },
          {
            key: 'f1',
            header: 'Macro-F1',
            align: 'end',
            render: (row) =>
              row.n < LEAST_JUDGED
                ? 'too few'
                : `${percent(row.macroF1)} (${percent(row.low)} to ${percent(row.high)})`,
          },
        ]}
      />
    </Card>
  );
}

function Learned({ report: { layer, leastCorrections, corrections } }: { report: LanguageReport }) {
  return (
    <Card heading="What your corrections teach">
      {layer ? (
        <p>
          On judged statements that it had not seen, learning from the others reads{' '}
          <strong>
            {percent(layer.after.accuracy)} right instead of {percent(layer.before.accuracy)}
          </strong>{' '}
          ({layer.mended} mended, {layer.harmed} broken, of {layer.after.n}).{' '}
          {layer.inUse
            ? 'It is in use for new comments.'
            : 'That is not beyond chance, or too few confirmed statements show what it would break, so it is not in use.'}
        </p>
      ) : (
        <p>
          Learning needs {leastCorrections} judged statements; there {corrections === 1 ? 'is' : 'are'} {corrections}.
        </p>
      )}
    </Card>
  );
}

/** Ten statements at random: right or not? */
function Judge() {
  const canAct = useCan('agent');
  const client = useQueryClient();
  const correct = useCorrect();
  const query = useQuery({
    queryKey: ['to-judge'],
    enabled: canAct,
    staleTime: Infinity,
    queryFn: ({ signal }) => api('GET', '/language/to-judge', StatementsToJudge, { signal }),
  });
  if (!canAct) return null;
  const judge = async (id: string, label: 'negative' | 'neutral' | 'positive'): Promise<void> => {
    if (await correct([id], { sentiment: label }, `Judged: ${label}.`))
      client.setQueryData<typeof query.data>(['to-judge'], (before) =>
        before ? { statements: before.statements.filter((one) => one.id !== id) } : before,
      );
  };
  return (
    <Card
      heading="Judge some statements"
      sub="Drawn at random. The reading is marked; press what is right."
      flush
      actions={
        <Button variant="default" size="compact-sm" onClick={() => void query.refetch()}>
          Others
        </Button>
      }
    >
      <Loaded query={query}>
        {({ statements }) =>
          statements.length === 0 ? (
            <EmptyState title="Nothing left to judge.">New statements come with new comments.</EmptyState>
          ) : (
            <ul className={rows['list']}>
              {statements.map((one) => (
                <li key={one.id} className={rows['item']}>
                  <p className={rows['main']} dir="auto">
                    {one.text}
                  </p>
                  <span className={rows['controls']}>
                    {(['negative', 'neutral', 'positive'] as const).map((label) => (
                      <Button
                        key={label}
                        size="compact-sm"
                        variant={label === one.label ? 'light' : 'default'}
                        aria-label={`${label}${label === one.label ? ', as read' : ''}: ${one.text}`}
                        onClick={() => void judge(one.id, label)}
                      >
                        {label}
                      </Button>
                    ))}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Coverage({ report: { coverage, engine } }: { report: LanguageReport }) {
  const format = useFormat();
  return (
    <Card
      heading="What is hard to read"
      sub={
        engine.vectors
          ? `The last 90 days. ${engine.vectorsDone === null ? '' : `Search by meaning covers ${percent(engine.vectorsDone)} of the English statements so far.`}`
          : 'The last 90 days. Sentence vectors are off on this installation (SENTENCE_VECTORS).'
      }
      flush
    >
      <DataTable
        caption="Statements by language"
        rows={coverage}
        rowKey={(row) => row.language ?? 'none'}
        empty={<EmptyState title="No statements in the last 90 days.">They come with comments.</EmptyState>}
        columns={[
          { key: 'language', header: 'Language', render: (row) => language(row.language) },
          { key: 'statements', header: 'Statements', align: 'end', render: (row) => format.number(row.statements) },
          {
            key: 'low',
            header: 'Low confidence',
            align: 'end',
            render: (row) => `${format.number(row.low)} (${percent(row.low / row.statements)})`,
          },
          {
            key: 'unscored',
            header: 'Not scored',
            align: 'end',
            render: (row) => `${format.number(row.unscored)} (${percent(row.unscored / row.statements)})`,
          },
        ]}
      />
    </Card>
  );
}
