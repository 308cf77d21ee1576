import { Button } from '@mantine/core';
import type { SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { ApiError } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { explain } from '../../components/error-state.js';
import { useFormat } from '../../format.js';
import { useWrite } from '../../writes.js';
import classes from './builder.module.css';
import type { Saving, useDraftSurvey } from './draft.js';
import { surveyStatus } from './survey-words.js';

export function SavedLine({ survey, saving, hasChanges }: { survey: SurveyView; saving: Saving; hasChanges: boolean }) {
  const format = useFormat();
  const version =
    survey.publishedVersion === null
      ? 'Draft of version 1'
      : hasChanges
        ? `Draft of version ${survey.publishedVersion + 1}`
        : `Version ${survey.publishedVersion}`;
  const text =
    saving.state === 'saved'
      ? `saved ${saving.at ? format.time(saving.at) : format.dateTime(survey.updatedAt)}`
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

/** What to do when the draft could not be saved: nothing that was typed is lost. */
export function SavingProblem({ saving, builder }: { saving: Saving; builder: ReturnType<typeof useDraftSurvey> }) {
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
