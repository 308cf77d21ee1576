import { Button, Menu } from '@mantine/core';
import { CopyIcon, KebabHorizontalIcon, TrashIcon } from '@primer/octicons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { TestSent } from '../../../../src/distribution/distribution.contract.js';
import { SurveyView, type Question } from '../../../../src/surveys/surveys.contract.js';
import { conditionProblems, pagesOf } from '../../../../src/surveys/logic.js';
import { publishingProblems, type Wordable, wording } from '../../../../src/surveys/wording.js';
import { api, ApiError, newIdempotencyKey } from '../../api.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { ReadOnlyNote } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { Segmented } from '../../components/segmented.js';
import { announce, toast } from '../../components/toasts.js';
import { ViewTabs } from '../../components/view-tabs.js';
import { useTouchpoints } from '../../reference.js';
import { useCan, useMe } from '../../session.js';
import { useWrite } from '../../writes.js';
import classes from './builder.module.css';
import { Checks } from './checks.js';
import { canDuplicate, clean, isMetric, newQuestion, useDraftSurvey, type Draft } from './draft.js';
import { Preview } from './preview-pane.js';
import { QuestionEditor } from './question-editor.js';
import { AddQuestion, describe, QuestionItem } from './question-list.js';
import { ResultsTab } from './results-tab.js';
import { SavedLine, SavingProblem } from './saving-state.js';
import { languageName, metricWords, questionWords } from './survey-words.js';
import { SurveySettings } from './survey-settings.js';
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
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/surveys/$surveyId/share" params={{ surveyId: survey.id }} {...props} />}
            >
              Share
            </Button>
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
      <SurveySettings
        opened={dialog === 'settings'}
        onClose={() => setDialog(null)}
        draft={draft}
        onChange={edit}
        touchpoints={touchpoints}
      />
    </div>
  );
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
