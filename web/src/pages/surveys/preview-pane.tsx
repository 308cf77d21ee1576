import { DeviceMobileIcon } from '@primer/octicons-react';
import { useState } from 'react';
import type { SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { Segmented } from '../../components/segmented.js';
import classes from './builder.module.css';
import { MailFrame, PageFrame } from './preview.js';
import { exampleScores } from './survey-words.js';

type PreviewSearch = {
  preview?: 'page' | 'email';
  score?: number;
  page?: number;
  width?: 'phone' | 'desktop';
  language?: string;
};

/** The real page or mail of the draft, in a phone or wide. */
export function Preview({
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
