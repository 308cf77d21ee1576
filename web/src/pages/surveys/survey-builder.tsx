import { Button, Checkbox, Menu, Modal, NativeSelect, TextInput } from '@mantine/core';
import {
  ArrowDownIcon,
  ArrowUpIcon,
  CopyIcon,
  DeviceMobileIcon,
  KebabHorizontalIcon,
  PlusIcon,
  TrashIcon,
} from '@primer/octicons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { TestSent } from '../../../../src/distribution/distribution.contract.js';
import { BUILT_IN_LOCALES, SurveyView, type Question } from '../../../../src/surveys/surveys.contract.js';
import { conditionProblems, pagesOf } from '../../../../src/surveys/logic.js';
import { publishingProblems, type Wordable, wording } from '../../../../src/surveys/wording.js';
import { api, ApiError, newIdempotencyKey } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { explain } from '../../components/error-state.js';
import { ReadOnlyNote } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { Segmented } from '../../components/segmented.js';
import { announce, toast } from '../../components/toasts.js';
import { ViewTabs } from '../../components/view-tabs.js';
import { useFormat } from '../../format.js';
import { useTouchpoints } from '../../reference.js';
import { useCan, useMe } from '../../session.js';
import { useWrite } from '../../writes.js';
import classes from './builder.module.css';
import { Checks } from './checks.js';
import { canDuplicate, clean, isMetric, newQuestion, useDraftSurvey, type Draft, type Saving } from './draft.js';
import { EndingFields } from './ending-fields.js';
import { MailFrame, PageFrame } from './preview.js';
import { QuestionEditor } from './question-editor.js';
import { ResultsTab } from './results-tab.js';
import {
  exampleScores,
  languageName,
  metricWords,
  OTHER_LOCALES,
  questionWords,
  surveyStatus,
} from './survey-words.js';
import { VersionsTab } from './versions-tab.js';

const MAX_QUESTIONS = 20;

/** Questions | editor | preview of one survey. Everything but publishing saves itself. */
export function SurveyBuilder({ initial }: { initial: SurveyView }) {
  const me = useMe();
  const canEdit = useCan('manager');
  const navigate = useNavigate({ from: '/surveys/$surveyId' });
  const search = useSearch({ from: '/shell/surveys/$surveyId' });
  const builder = useDraftSurvey(initial);
  const { draft, edit, survey, saving } = builder;
  const touchpoints = useTouchpoints();
  const { busy, run } = useWrite();
  const [dialog, setDialog] = useState<'publish' | 'settings' | 'close' | 'archive' | null>(null);
  const editor = useRef<HTMLHeadingElement>(null);

  const touchpoint = touchpoints.find((one) => one.key === draft.touchpointKey)?.name ?? survey.touchpointName;
  const names = { organization: me.organization.name, touchpoint: draft.touchpointKey === null ? null : touchpoint };
  const locale = draft.locales.find((one) => one === search.language) ?? draft.locales[0] ?? 'en';
  const selected = draft.questions.find((question) => question.id === search.question) ?? draft.questions[0];
  const questions = useMemo(() => draft.questions.map(clean), [draft.questions]);
  const wordable: Wordable = { metric: survey.metric, locales: draft.locales, questions, names };
  const problems = [...publishingProblems(wordable), ...conditionProblems(questions)];
  const asked = wording(wordable, locale);
  const pageOfQuestion = new Map(pagesOf(questions).flatMap((page, at) => page.map(({ id }) => [id, at] as const)));

  const go = (next: Partial<typeof search>): void =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const select = (id: string): void => {
    go({ question: id });
    editor.current?.focus();
  };
  const goToProblem = (path: string): void => {
    const question = draft.questions[Number(/^questions\[(\d+)\]/.exec(path)?.[1])];
    const language = draft.locales.find((one) => path.endsWith(`.${one}`));
    go({ ...(question ? { question: question.id } : {}), ...(language ? { language } : {}) });
    editor.current?.focus();
  };
  const setQuestions = (next: Question[]): void => edit({ questions: next });
  const replace = (question: Question): void =>
    setQuestions(draft.questions.map((one) => (one.id === question.id ? question : one)));
  const move = (index: number, by: -1 | 1): void => {
    const next = [...draft.questions];
    const [moved] = next.splice(index, 1);
    if (!moved) return;
    next.splice(index + by, 0, moved);
    setQuestions(next);
    announce(`Question moved to place ${index + by + 1} of ${next.length}.`);
  };
  const add = (question: Question, after = draft.questions.length): void => {
    setQuestions([...draft.questions.slice(0, after), question, ...draft.questions.slice(after)]);
    select(question.id);
  };
  const remove = (question: Question): void => {
    const before = draft.questions;
    const index = before.indexOf(question);
    setQuestions(before.filter((one) => one !== question));
    const next = before[index + 1] ?? before[index - 1];
    if (next) select(next.id);
    toast.undo('Question removed.', () => setQuestions(before));
  };

  const publish = async (): Promise<void> => {
    if (!(await builder.flush())) throw new ApiError(422, 'survey.not_saved', 'The last changes are not saved yet.');
    const next = await api('POST', `/surveys/${survey.id}/publish`, SurveyView, {
      idempotencyKey: newIdempotencyKey(),
    });
    builder.accept(next);
    toast.done(`Version ${next.publishedVersion} is live. New invitations get it from now on.`);
  };
  const setStatus = (status: 'live' | 'closed'): Promise<boolean> =>
    run('status', 'The survey was not changed.', async () => {
      builder.accept(await api('PATCH', `/surveys/${survey.id}`, SurveyView, { body: { status } }));
      toast.done(status === 'closed' ? 'The survey is closed.' : 'The survey is live again.');
    });
  const setArchived = (archived: boolean): Promise<boolean> =>
    run('archive', 'The survey was not changed.', async () => {
      builder.accept(await api('PATCH', `/surveys/${survey.id}`, SurveyView, { body: { archived } }));
      toast.done(archived ? 'The survey is in the archive.' : 'The survey is back, and closed.');
    });
  const duplicate = (): Promise<boolean> =>
    run('duplicate', 'The survey was not duplicated.', async () => {
      if (!(await builder.flush())) throw new ApiError(422, 'survey.not_saved', 'The last changes are not saved yet.');
      const copy = await api('POST', `/surveys/${survey.id}/duplicate`, SurveyView, {
        idempotencyKey: newIdempotencyKey(),
      });
      toast.done('This is the copy. It is a draft.');
      await navigate({ to: '/surveys/$surveyId', params: { surveyId: copy.id }, search: {} });
    });
  const sendTest = (): Promise<boolean> =>
    run('test', 'The test mail was not sent.', async () => {
      const { to } = await api('POST', `/surveys/${survey.id}/test`, TestSent, {
        body: { locale },
        idempotencyKey: newIdempotencyKey(),
      });
      toast.done(`A test of version ${survey.publishedVersion} is on its way to ${to}.`);
    });

  const hasChanges = survey.hasUnpublishedChanges || saving.state !== 'saved';
  const upToDate = survey.status === 'live' && !hasChanges;
  const next = (survey.publishedVersion ?? 0) + (survey.publishedVersion === null || hasChanges ? 1 : 0);

  return (
    <div data-full-bleed className={classes['page']}>
      <PageHeader
        bar
        title={draft.name || 'Survey without a name'}
        section="Surveys"
        crumbs={[
          <Link key="surveys" to="/surveys">
            Surveys
          </Link>,
          <span key="metric">{metricWords[survey.metric].name}</span>,
          ...(touchpoint && draft.touchpointKey ? [<span key="touchpoint">{touchpoint}</span>] : []),
        ]}
        actions={
          <>
            <SavedLine survey={survey} saving={saving} hasChanges={hasChanges} />
            <Link to="/surveys/$surveyId/share" params={{ surveyId: survey.id }}>
              Share
            </Link>
            {canEdit ? (
              <>
                <Button
                  variant="default"
                  loading={busy === 'test'}
                  disabled={survey.status !== 'live'}
                  title={survey.status === 'live' ? undefined : 'Publish first: tests go out from the live version'}
                  onClick={() => void sendTest()}
                >
                  Send me a test
                </Button>
                <Button onClick={() => setDialog('publish')} disabled={upToDate}>
                  {upToDate ? 'Published' : 'Review and publish'}
                </Button>
                <Menu position="bottom-end">
                  <Menu.Target>
                    <Button variant="default" px={9} aria-label="More for this survey">
                      <KebabHorizontalIcon size={16} />
                    </Button>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item onClick={() => setDialog('settings')}>Name, touchpoint, languages, end</Menu.Item>
                    <Menu.Item onClick={() => void duplicate()}>Duplicate</Menu.Item>
                    {survey.status === 'live' ? (
                      <Menu.Item onClick={() => setDialog('close')}>Close the survey</Menu.Item>
                    ) : null}
                    {survey.status === 'closed' ? (
                      <Menu.Item onClick={() => void setStatus('live')} disabled={survey.archivedAt !== null}>
                        Make it live again
                      </Menu.Item>
                    ) : null}
                    {survey.archivedAt === null ? (
                      <Menu.Item onClick={() => setDialog('archive')}>Put into the archive</Menu.Item>
                    ) : (
                      <Menu.Item onClick={() => void setArchived(false)}>Take out of the archive</Menu.Item>
                    )}
                  </Menu.Dropdown>
                </Menu>
              </>
            ) : null}
          </>
        }
      />
      <div className={classes['tabs']}>
        <ViewTabs
          label="Parts of this survey"
          tabs={[
            { value: 'questions', label: 'Questions' },
            { value: 'results', label: 'Results' },
            { value: 'versions', label: 'Versions' },
          ]}
          current={search.tab ?? 'questions'}
          link={(value, props) => (
            <Link
              from="/surveys/$surveyId"
              to="."
              search={(before) => ({ ...before, tab: value === 'questions' ? undefined : value })}
              activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
              {...props}
            />
          )}
        />
      </div>
      <SavingProblem saving={saving} builder={builder} />
      {search.tab === 'results' ? <ResultsTab survey={survey} /> : null}
      {search.tab === 'versions' ? <VersionsTab survey={survey} names={names} /> : null}
      <div className={classes['panes']} hidden={search.tab !== undefined}>
        <section className={classes['list']} aria-labelledby="questions">
          <h2 id="questions">Questions</h2>
          <ol className={classes['questions']}>
            {draft.questions.map((question, index) => (
              <QuestionItem
                key={question.id}
                number={index + 1}
                text={asked.questions[index]?.text ?? ''}
                what={describe(question, pageOfQuestion.get(question.id) ?? 0)}
                current={question.id === selected?.id}
                missing={problems.filter((problem) => problem.path.startsWith(`questions[${index}].`)).length}
                first={index === 0}
                last={index === draft.questions.length - 1}
                canEdit={canEdit}
                onSelect={() => select(question.id)}
                onMove={(by) => move(index, by)}
              />
            ))}
          </ol>
          {canEdit && draft.questions.length < MAX_QUESTIONS ? (
            <AddQuestion questions={draft.questions} onAdd={(question) => add(question)} />
          ) : null}
          <Checks survey={survey} draft={wordable} touchpointKey={draft.touchpointKey} onShow={goToProblem} />
        </section>
        <section className={classes['editor']} aria-labelledby="editor">
          {selected ? (
            <>
              <div className={classes['editorHead']}>
                <h2 id="editor" ref={editor} tabIndex={-1}>
                  Question {draft.questions.indexOf(selected) + 1}: {questionWords[selected.type].toLowerCase()}
                </h2>
                {canEdit ? (
                  <div className="hb-row">
                    {canDuplicate(selected) && draft.questions.length < MAX_QUESTIONS ? (
                      <Button
                        variant="subtle"
                        color="gray"
                        size="compact-sm"
                        leftSection={<CopyIcon size={14} />}
                        onClick={() => {
                          const { id } = newQuestion(selected.type as 'text', draft.questions);
                          add({ ...selected, id }, draft.questions.indexOf(selected) + 1);
                        }}
                      >
                        Duplicate
                      </Button>
                    ) : null}
                    {isMetric(selected) ? null : (
                      <Button
                        variant="subtle"
                        color="gray"
                        size="compact-sm"
                        leftSection={<TrashIcon size={14} />}
                        onClick={() => remove(selected)}
                      >
                        Remove
                      </Button>
                    )}
                  </div>
                ) : null}
              </div>
              <LanguageTabs
                draft={draft}
                problems={problems}
                locale={locale}
                onChange={(language) => go({ language })}
              />
              {canEdit ? null : <ReadOnlyNote least="manager" what="change surveys" />}
              <fieldset className={classes['fields']} disabled={!canEdit} key={selected.id}>
                <legend className="hb-visually-hidden">Texts in {languageName(locale)}</legend>
                <QuestionEditor
                  question={selected}
                  metric={survey.metric}
                  locale={locale}
                  names={names}
                  missing={missingTexts(problems, draft.questions.indexOf(selected), questions)}
                  earlier={draft.questions.slice(0, draft.questions.indexOf(selected))}
                  asked={asked}
                  onChange={replace}
                />
              </fieldset>
            </>
          ) : null}
        </section>
        <Preview survey={survey} locale={locale} search={search} onChange={go} stale={saving.state !== 'saved'} />
      </div>
      <ConfirmDialog
        opened={dialog === 'publish'}
        onClose={() => setDialog(null)}
        title={`Publish ${draft.name}`}
        action={problems.length > 0 ? 'Go to the first one' : `Publish version ${next}`}
        onConfirm={problems.length > 0 ? () => Promise.resolve(goToProblem(problems[0]?.path ?? '')) : publish}
      >
        {problems.length > 0 ? (
          <>
            <p>Before this can be published, mend {problems.length === 1 ? 'this' : `these ${problems.length}`}:</p>
            <ul className={classes['bullets']}>
              {problems.slice(0, 8).map((problem) => (
                <li key={problem.path}>{problem.message}</li>
              ))}
              {problems.length > 8 ? <li>and {problems.length - 8} more</li> : null}
            </ul>
          </>
        ) : (
          <div className="hb-stack">
            <p>Version {next} goes to every new invitation from now on. Published versions never change.</p>
            {survey.publishedVersion === null ? (
              <p>Nothing is sent by publishing: a campaign or a trigger does that.</p>
            ) : (
              <p>
                Open invitations keep version {survey.publishedVersion}: who opens a mail that is already out still
                answers the questions it was sent with, and each answer stays bound to the words that were read.
              </p>
            )}
          </div>
        )}
      </ConfirmDialog>
      <ConfirmDialog
        opened={dialog === 'close'}
        onClose={() => setDialog(null)}
        title={`Close ${draft.name}`}
        action="Close the survey"
        onConfirm={async () => {
          await setStatus('closed');
        }}
      >
        <p>
          No new invitations go out; campaigns and triggers skip their customers with the reason “survey closed”. Links
          that are already out still take answers. You can make it live again.
        </p>
      </ConfirmDialog>
      <ConfirmDialog
        opened={dialog === 'archive'}
        onClose={() => setDialog(null)}
        title={`Put ${draft.name} into the archive`}
        action="Put into the archive"
        onConfirm={async () => {
          await setArchived(true);
        }}
      >
        <p>
          It leaves the list and is closed: no new invitations go out. Its answers, versions and results stay, and it
          can be taken out again.
        </p>
      </ConfirmDialog>
      <SettingsDialog
        opened={dialog === 'settings'}
        onClose={() => setDialog(null)}
        draft={draft}
        onChange={edit}
        touchpoints={touchpoints}
      />
    </div>
  );
}

function describe(question: Question, page: number): string {
  const parts = [whatItIs(question)];
  if ('required' in question && question.required) parts.push('required');
  if ('showIf' in question && question.showIf) parts.push('only some');
  if (page > 0) parts.push(`page ${page + 1}`);
  return parts.join(' · ');
}

function whatItIs(question: Question): string {
  switch (question.type) {
    case 'reason':
      return question.byBand ? 'Open text · wording changes with the score' : questionWords.reason;
    case 'choice':
      return question.multiple
        ? `Pick ${question.maxPicks ? `up to ${question.maxPicks}` : 'several'} of ${question.options.length}`
        : `Pick one of ${question.options.length}`;
    case 'rating':
      return `Rating 1 to ${question.max}`;
    default:
      return questionWords[question.type];
  }
}

/** A text that stands in one language but not in another is an error to see; one that nobody wrote yet only counts. */
function missingTexts(
  problems: readonly { path: string; message: string }[],
  index: number,
  questions: readonly Question[],
): ReadonlyMap<string, string> {
  const prefix = `questions[${index}].`;
  const written = JSON.stringify(questions[index] ?? null);
  return new Map(
    problems.flatMap(({ path, message }) => {
      if (!path.startsWith(prefix)) return [];
      if (message.includes('{')) return [[path.slice(prefix.length), message]];
      const locale = path.split('.').at(-1) ?? '';
      const hasOthers = /"[a-z]{2,3}(?:-[A-Za-z]+)?":"/.test(written);
      return hasOthers ? [[path.slice(prefix.length), `Missing in ${languageName(locale)}`]] : [];
    }),
  );
}

function SavedLine({ survey, saving, hasChanges }: { survey: SurveyView; saving: Saving; hasChanges: boolean }) {
  const format = useFormat();
  const version =
    survey.publishedVersion === null
      ? 'Draft of version 1'
      : hasChanges
        ? `Draft of version ${survey.publishedVersion + 1}`
        : `Version ${survey.publishedVersion}`;
  const text =
    saving.state === 'saved'
      ? `saved ${format.time(saving.at ?? survey.updatedAt)}`
      : saving.state === 'saving' || saving.state === 'waiting'
        ? 'saving…'
        : 'not saved';
  const status = surveyStatus[survey.status];
  return (
    <span className={classes['saved']}>
      <StatusPill tone={status.tone}>{status.word}</StatusPill>
      <span>
        {version} · {text}
      </span>
    </span>
  );
}

function SavingProblem({ saving, builder }: { saving: Saving; builder: ReturnType<typeof useDraftSurvey> }) {
  const { busy, run } = useWrite();
  if (saving.state === 'conflict')
    return (
      <div role="alert" className={classes['notice']}>
        <p>
          <strong>Somebody else changed this survey.</strong> Your texts are still here and not saved.
        </p>
        <div className="hb-row">
          <Button
            size="compact-sm"
            variant="default"
            loading={busy === 'theirs'}
            onClick={() => void run('theirs', 'Their version could not be loaded.', builder.takeTheirs)}
          >
            Load theirs, drop mine
          </Button>
          <Button
            size="compact-sm"
            loading={busy === 'mine'}
            onClick={() => void run('mine', 'Your version was not saved.', builder.keepMine)}
          >
            Keep mine, replace theirs
          </Button>
        </div>
      </div>
    );
  if (saving.state === 'refused') {
    const { error } = saving;
    const words = error instanceof ApiError && error.status === 422 ? error.detail : explain(error).detail;
    return (
      <div role="alert" className={classes['notice']}>
        <p>
          <strong>Not saved.</strong> {words} It is tried again with your next change.
        </p>
        <Button size="compact-sm" variant="default" onClick={() => void builder.flush()}>
          Try again now
        </Button>
      </div>
    );
  }
  return null;
}

function QuestionItem({
  number,
  text,
  what,
  current,
  missing,
  first,
  last,
  canEdit,
  onSelect,
  onMove,
}: {
  number: number;
  text: string;
  what: string;
  current: boolean;
  missing: number;
  first: boolean;
  last: boolean;
  canEdit: boolean;
  onSelect: () => void;
  onMove: (by: -1 | 1) => void;
}) {
  const mover = (by: -1 | 1, atEnd: boolean): ReactNode => (
    <button
      type="button"
      className={classes['mover']}
      aria-label={`Move question ${number} ${by < 0 ? 'up' : 'down'}`}
      // Still focusable at the end, so that the focus is not lost on the way there.
      aria-disabled={atEnd}
      onClick={() => {
        if (!atEnd) onMove(by);
      }}
    >
      {by < 0 ? <ArrowUpIcon size={16} /> : <ArrowDownIcon size={16} />}
    </button>
  );
  return (
    <li className={classes['question']} data-current={current}>
      <button type="button" className={classes['open']} aria-current={current} onClick={onSelect}>
        <span className={classes['questionText']}>
          {number}. {text || 'No text yet'}
        </span>
        <span className={classes['what']}>
          {what}
          {missing > 0 ? ` · ${missing} missing` : ''}
        </span>
      </button>
      {canEdit ? (
        <span className={classes['movers']}>
          {mover(-1, first)}
          {mover(1, last)}
        </span>
      ) : null}
    </li>
  );
}

function AddQuestion({ questions, onAdd }: { questions: readonly Question[]; onAdd: (question: Question) => void }) {
  const has = (type: Question['type']): boolean => questions.some((question) => question.type === type);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="subtle" color="gray" size="compact-sm" leftSection={<PlusIcon size={14} />}>
          Add a question
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onAdd(newQuestion('choice', questions))}>Choice</Menu.Item>
        <Menu.Item onClick={() => onAdd(newQuestion('rating', questions))}>Rating</Menu.Item>
        <Menu.Item onClick={() => onAdd(newQuestion('text', questions))}>Open text</Menu.Item>
        {has('reason') ? null : (
          <Menu.Item onClick={() => onAdd(newQuestion('reason', questions))}>Reason for the score</Menu.Item>
        )}
        {has('consent') ? null : (
          <Menu.Item onClick={() => onAdd(newQuestion('consent', questions))}>Consent to contact</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function LanguageTabs({
  draft,
  problems,
  locale,
  onChange,
}: {
  draft: Draft;
  problems: readonly { path: string }[];
  locale: string;
  onChange: (locale: string) => void;
}) {
  return (
    <Segmented
      label="Language of the texts"
      value={locale}
      onChange={onChange}
      options={draft.locales.map((one) => {
        const missing = problems.filter((problem) => problem.path.endsWith(`.${one}`)).length;
        return { value: one, label: missing > 0 ? `${languageName(one)}, ${missing} missing` : languageName(one) };
      })}
    />
  );
}

type PreviewSearch = {
  preview?: 'page' | 'email';
  score?: number;
  page?: number;
  width?: 'phone' | 'desktop';
  language?: string;
};

function Preview({
  survey,
  locale,
  search,
  onChange,
  stale,
}: {
  survey: SurveyView;
  locale: string;
  search: PreviewSearch;
  onChange: (search: PreviewSearch) => void;
  stale: boolean;
}) {
  const [pages, setPages] = useState(1);
  const which = search.preview ?? 'page';
  const scores = exampleScores(survey.metric);
  // −1 stands for a link that carries no score.
  const score = search.score ?? scores[0];
  // The server takes the last page for one that is not there; how many there are is known only with its first answer.
  const page = search.page ?? 0;
  const frame = { surveyId: survey.id, locale, version: survey.version };
  return (
    <section className={classes['preview']} aria-labelledby="preview">
      <div className={classes['previewHead']}>
        <h2 id="preview">Preview</h2>
        <Segmented
          label="What to preview"
          value={which}
          onChange={(preview) => onChange({ preview })}
          options={[
            { value: 'page', label: 'Page' },
            { value: 'email', label: 'Email' },
          ]}
        />
        <Segmented
          label="Width"
          value={search.width ?? 'phone'}
          onChange={(width) => onChange({ width })}
          options={[
            { value: 'phone', label: 'Phone' },
            { value: 'desktop', label: 'Wide' },
          ]}
        />
        {which === 'page' ? (
          <Segmented
            label="Score picked in the email"
            value={String(score)}
            onChange={(value) => onChange({ score: Number(value) })}
            options={[
              ...scores.map((one) => ({ value: String(one), label: String(one) })),
              { value: '-1', label: 'None' },
            ]}
          />
        ) : null}
        {which === 'page' && pages > 1 ? (
          <Segmented
            label="Page of the survey"
            value={String(Math.min(page, pages - 1))}
            onChange={(value) => onChange({ page: Number(value) })}
            options={Array.from({ length: pages }, (_, at) => ({ value: String(at), label: `Page ${at + 1}` }))}
          />
        ) : null}
      </div>
      <div className={classes['phone']} data-stale={stale} data-width={search.width ?? 'phone'}>
        {which === 'page' ? (
          <PageFrame
            {...frame}
            score={score < 0 ? null : score}
            page={page}
            onLanguage={(language) => onChange({ language })}
            onPages={setPages}
          />
        ) : (
          <MailFrame {...frame} />
        )}
      </div>
      <p className={classes['real']}>
        <DeviceMobileIcon size={16} />
        <span>
          {which === 'page'
            ? 'This is the real page. Nothing can be sent from here.'
            : 'This is the real mail, to a customer who does not exist.'}
        </span>
      </p>
    </section>
  );
}

function SettingsDialog({
  opened,
  onClose,
  draft,
  onChange,
  touchpoints,
}: {
  opened: boolean;
  onClose: () => void;
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  touchpoints: readonly { key: string; name: string }[];
}) {
  const [name, setName] = useState(draft.name);
  const others = OTHER_LOCALES.filter((locale) => !draft.locales.includes(locale));
  const shown = [...new Set<string>([...BUILT_IN_LOCALES, ...draft.locales])];
  return (
    <Modal opened={opened} onClose={onClose} title="Survey" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className="hb-stack">
        <TextInput
          label="Name"
          description="Customers do not see it."
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          onBlur={() => {
            if (name.trim() !== '' && name !== draft.name) onChange({ name: name.trim() });
          }}
          error={name.trim() === '' ? 'Enter a name' : undefined}
          data-autofocus
        />
        <NativeSelect
          label="Touchpoint"
          description="What the answers are about. A trigger may send the survey at another one."
          value={draft.touchpointKey ?? ''}
          onChange={(event) => onChange({ touchpointKey: event.currentTarget.value || null })}
          data={[
            { value: '', label: 'None, the relationship as a whole' },
            ...touchpoints.map((one) => ({ value: one.key, label: one.name })),
          ]}
        />
        <fieldset className={classes['languages']}>
          <legend>Languages</legend>
          <p className="hb-meta">
            The first is for customers whose own language is not among them. Six have standard texts.
          </p>
          {shown.map((locale) => {
            const checked = draft.locales.includes(locale);
            return (
              <Checkbox
                key={locale}
                label={`${languageName(locale)}${draft.locales[0] === locale ? ', the first' : ''}`}
                checked={checked}
                disabled={checked && draft.locales.length === 1}
                onChange={() =>
                  onChange({
                    locales: checked ? draft.locales.filter((one) => one !== locale) : [...draft.locales, locale],
                  })
                }
              />
            );
          })}
          <NativeSelect
            label="Another language"
            value=""
            onChange={(event) => {
              const added = event.currentTarget.value;
              if (added) onChange({ locales: [...draft.locales, added] });
            }}
            data={[
              { value: '', label: 'Choose a language to add' },
              ...others.map((locale) => ({ value: locale, label: languageName(locale) })),
            ]}
          />
        </fieldset>
        <EndingFields draft={draft} onChange={onChange} />
        <div>
          <Button onClick={onClose}>Done</Button>
        </div>
      </div>
    </Modal>
  );
}
