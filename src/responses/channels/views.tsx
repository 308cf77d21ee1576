/** Pages of open links that `/s` has none of. */
import { Card, longDayAndTime, type PublicPage, publicPage, speak } from '../../platform/public-page/index.js';
import { SURVEY_TEXTS } from '../survey-page/texts.js';

export interface OpenThanks {
  organization: { name: string; color?: string | undefined };
  locale: string;
  timeZone: string;
  promisedAt: Date | null;
  mayContact: boolean | null;
  /** The page of a customer whom the link was made out to. */
  choices: string | null;
  privacy: string | null;
}

/** After sending: there is no link of one's own to come back to, unless the link was made out to a customer. */
export function openThanksPage(facts: OpenThanks): PublicPage {
  const say = speak(SURVEY_TEXTS, facts.locale);
  return publicPage({
    organization: facts.organization,
    locale: facts.locale,
    title: say('thanks'),
    body: (
      <Card>
        <h1>{say('thanks')}</h1>
        <p>{say('thanksText')}</p>
        {facts.promisedAt ? (
          <p className="promise">
            {say('promise', { date: longDayAndTime(facts.promisedAt, facts.locale, facts.timeZone) })}
          </p>
        ) : facts.mayContact === false ? (
          <p className="promise">{say('noContact')}</p>
        ) : null}
        {facts.choices === null ? null : (
          <div className="more">
            <p>
              <a href={facts.choices}>{say('toChoices')}</a>
            </p>
          </div>
        )}
      </Card>
    ),
    links: facts.privacy === null ? [] : [{ href: facts.privacy, label: say('use') }],
  });
}
