import type { ReactNode } from 'react';
import { AlertIcon, CheckIcon, InfoIcon, StopIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CaseRulePage, type CaseRuleView } from '../../../../src/actions/cases/cases.contract.js';
import { OrganizationView } from '../../../../src/identity/identity.contract.js';
import {
  brandContrast,
  completeness,
  type Finding,
  lint,
  type Severity,
  secondsToAnswer,
} from '../../../../src/surveys/lint/lint.js';
import type { SurveyView } from '../../../../src/surveys/surveys.contract.js';
import { type Wordable, wording } from '../../../../src/surveys/wording.js';
import { api } from '../../api.js';
import classes from './builder.module.css';
import { languageName } from './survey-words.js';

const SIGNS = { error: StopIcon, warning: AlertIcon, note: InfoIcon };
const SIGN_WORDS: Record<Severity, string> = {
  error: 'Must be mended: ',
  warning: 'Look at this: ',
  note: 'Consider: ',
};

/** What is found in the draft, and the rules that its answers may open a case by. */
export function useFindings(survey: SurveyView, draft: Wordable, touchpointKey: string | null) {
  const organization = useQuery({
    queryKey: ['organization'],
    queryFn: ({ signal }) => api('GET', '/organization', OrganizationView, { signal }),
  });
  const rules = useQuery({
    queryKey: ['case-rules'],
    retry: false,
    queryFn: ({ signal }) => api('GET', '/case-rules', CaseRulePage, { query: { limit: 200 }, signal }),
  });
  const brandColor = organization.data ? (organization.data.brand.color ?? '#0B6470') : null;
  const opening = rules.data?.items.filter((rule) => mayOpen(rule, survey.metric, touchpointKey)) ?? null;
  return {
    findings: lint(draft, { brandColor, opensCases: opening === null ? null : opening.length > 0 }),
    opening: opening ?? [],
    brandColor,
  };
}

/** Whether the rule can fit any answer to this survey, as far as the survey decides it. */
function mayOpen(rule: CaseRuleView, metric: SurveyView['metric'], touchpointKey: string | null): boolean {
  const { metrics, touchpoints } = rule.conditions;
  return (
    rule.enabled &&
    (metrics === undefined || metrics.includes(metric)) &&
    // A survey without a touchpoint of its own may still be sent at one, by a trigger.
    (touchpoints === undefined || touchpointKey === null || touchpoints.includes(touchpointKey))
  );
}

/** "Before you publish": what is good in one line each, then every finding with its reason, its remedy and the way to its place. */
export function Checks({
  survey,
  draft,
  touchpointKey,
  onShow,
}: {
  survey: SurveyView;
  draft: Wordable;
  touchpointKey: string | null;
  onShow: (path: string) => void;
}) {
  const { findings, opening, brandColor } = useFindings(survey, draft, touchpointKey);
  const seconds = secondsToAnswer(wording(draft, draft.locales[0] ?? 'en'));
  const has = (...rules: Finding['rule'][]): boolean => findings.some((finding) => rules.includes(finding.rule));
  const wordless = !has('leading', 'double', 'negation', 'scale_bias', 'jargon');
  return (
    <section className={classes['checks']} aria-labelledby="checks">
      <h2 id="checks">Before you publish</h2>
      <ul>
        {findings.map((finding) => {
          const Sign = SIGNS[finding.severity];
          return (
            <li key={`${finding.rule} ${finding.path} ${finding.what}`} className={classes[finding.severity]}>
              <Sign size={16} />
              <span>
                <span className="hb-visually-hidden">{SIGN_WORDS[finding.severity]}</span>
                {finding.what}{' '}
                {finding.path === null ? null : (
                  <button type="button" className={classes['link']} onClick={() => onShow(finding.path ?? '')}>
                    Show<span className="hb-visually-hidden"> where: {finding.what}</span>
                  </button>
                )}
                {finding.rule === 'opens_no_case' ? <Link to="/settings/case-rules">Case rules</Link> : null}
                <details>
                  <summary>Why and how</summary>
                  {finding.why} {finding.how}
                </details>
              </span>
            </li>
          );
        })}
        {has('time') ? null : <Good>About {seconds} seconds to answer</Good>}
        {brandColor === null || has('brand_contrast') ? null : (
          <Good>Brand colour readable ({brandContrast(brandColor).toFixed(1)} to 1)</Good>
        )}
        {completeness(draft).map(({ locale, texts, missing }) => (
          <li key={locale} className={missing > 0 ? classes['error'] : undefined}>
            {missing > 0 ? <StopIcon size={16} /> : <CheckIcon size={16} />}
            <span>
              {languageName(locale)}: {texts - missing} of {texts} texts
            </span>
          </li>
        ))}
        {wordless ? <Good>No leading words, no coloured scale</Good> : null}
        {opening.slice(0, 3).map((rule) => (
          <Good key={rule.id}>Opens a case: {rule.sentence}</Good>
        ))}
      </ul>
    </section>
  );
}

function Good({ children }: { children: ReactNode }) {
  return (
    <li>
      <CheckIcon size={16} />
      <span>{children}</span>
    </li>
  );
}
