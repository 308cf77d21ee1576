import { BUILT_IN_LOCALES } from '../../surveys/surveys.contract.js';
import { SURVEY_TEXTS } from './texts.js';

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)/g)].map(([, name]) => name ?? '').sort();
const keys = Object.keys(SURVEY_TEXTS.en) as (keyof typeof SURVEY_TEXTS.en)[];

describe('the texts of the survey page', () => {
  it.each(BUILT_IN_LOCALES)('are all there in %s, with the same fields to fill in', (locale) => {
    const texts = SURVEY_TEXTS[locale];
    expect(Object.keys(texts).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      expect({ key, blank: texts[key].trim() === '' }).toEqual({ key, blank: false });
      // Plural forms differ between languages; the fields that are named do not.
      expect({ key, fields: [...new Set(placeholders(texts[key]))] }).toEqual({
        key,
        fields: [...new Set(placeholders(SURVEY_TEXTS.en[key]))],
      });
    }
  });

  it.each(BUILT_IN_LOCALES.filter((locale) => locale !== 'en'))('are translated in %s', (locale) => {
    const same = keys.filter((key) => SURVEY_TEXTS[locale][key] === SURVEY_TEXTS.en[key]);
    expect(same).toEqual([]);
  });
});
