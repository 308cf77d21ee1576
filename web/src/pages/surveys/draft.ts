import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { SurveyView, type LocalizedText, type Question } from '../../../../src/surveys/surveys.contract.js';
import { api, ApiError } from '../../api.js';

/** What is edited; the server keeps it beside the published versions. */
export type Draft = Pick<SurveyView, 'name' | 'touchpointKey' | 'locales' | 'questions' | 'closesAt' | 'quota'>;

export type Saving =
  | { state: 'saved'; at: Date | null }
  | { state: 'waiting' | 'saving' }
  /** The server refused this state of the draft; the next edit tries again. */
  | { state: 'refused'; error: unknown }
  | { state: 'conflict' };

const DELAY_MS = 800;

const cleanText = (text: LocalizedText): LocalizedText =>
  Object.fromEntries(
    Object.entries(text).flatMap(([locale, value]) => (value.trim() === '' ? [] : [[locale, value.trim()]])),
  );
const cleanOptional = (text: LocalizedText | null): LocalizedText | null => {
  const clean = text === null ? {} : cleanText(text);
  return Object.keys(clean).length === 0 ? null : clean;
};

/** Texts that are only blanks count as missing, and an optional text that is missing everywhere is the standard one. */
export function clean(question: Question): Question {
  switch (question.type) {
    case 'nps':
    case 'csat':
    case 'ces':
      return {
        ...question,
        text: cleanOptional(question.text),
        low: cleanOptional(question.low),
        high: cleanOptional(question.high),
      };
    case 'reason': {
      const bands = question.byBand && {
        low: cleanOptional(question.byBand.low),
        middle: cleanOptional(question.byBand.middle),
        high: cleanOptional(question.byBand.high),
      };
      return {
        ...question,
        text: cleanOptional(question.text),
        hint: cleanOptional(question.hint),
        byBand: bands && (bands.low || bands.middle || bands.high) ? bands : null,
      };
    }
    case 'consent':
      return {
        ...question,
        text: cleanOptional(question.text),
        hint: cleanOptional(question.hint),
        yes: cleanOptional(question.yes),
        no: cleanOptional(question.no),
      };
    case 'choice':
      return {
        ...question,
        text: cleanText(question.text),
        hint: cleanOptional(question.hint),
        options: question.options.map((option) => ({ ...option, text: cleanText(option.text) })),
        ...(question.other ? { other: { text: cleanOptional(question.other.text) } } : {}),
      };
    case 'rating':
      return {
        ...question,
        text: cleanText(question.text),
        hint: cleanOptional(question.hint),
        low: cleanOptional(question.low),
        high: cleanOptional(question.high),
      };
    case 'text':
      return { ...question, text: cleanText(question.text), hint: cleanOptional(question.hint) };
  }
}

export const draftOf = ({ name, touchpointKey, locales, questions, closesAt, quota }: SurveyView): Draft => ({
  name,
  touchpointKey,
  locales,
  questions,
  closesAt,
  quota,
});

/**
 * A survey that saves itself shortly after the last edit, one request at a time, each on top of the version it was read at.
 * What somebody else changed meanwhile is a conflict, which the person settles: `takeTheirs` or `keepMine`.
 */
export function useDraftSurvey(initial: SurveyView): {
  draft: Draft;
  edit: (change: Partial<Draft>) => void;
  survey: SurveyView;
  /** After another write (publishing, closing) of this page. */
  accept: (survey: SurveyView) => void;
  saving: Saving;
  /** Saves what is not saved yet; false when that did not work. */
  flush: () => Promise<boolean>;
  takeTheirs: () => Promise<void>;
  keepMine: () => Promise<void>;
} {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => draftOf(initial));
  const [survey, setSurvey] = useState(initial);
  const [saving, setSaving] = useState<Saving>({ state: 'saved', at: null });
  const newest = useRef(draft);
  const version = useRef(initial.version);
  const dirty = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const running = useRef<Promise<boolean> | null>(null);
  const id = initial.id;

  const accept = useCallback(
    (next: SurveyView) => {
      version.current = next.version;
      setSurvey(next);
      client.setQueryData(['surveys', 'one', next.id], next);
      void client.invalidateQueries({ queryKey: ['surveys', 'list'] });
      void client.invalidateQueries({ queryKey: ['reference', '/surveys'] });
    },
    [client],
  );

  const save = useCallback((): Promise<boolean> => {
    if (timer.current) clearTimeout(timer.current);
    timer.current = null;
    if (running.current) return running.current.then(() => (dirty.current ? save() : true));
    if (!dirty.current) return Promise.resolve(true);
    const work = async (): Promise<boolean> => {
      dirty.current = false;
      setSaving({ state: 'saving' });
      const sent = newest.current;
      try {
        const next = await api('PATCH', `/surveys/${id}`, SurveyView, {
          body: { ...sent, name: sent.name.trim(), questions: sent.questions.map(clean), version: version.current },
        });
        accept(next);
        setSaving(dirty.current ? { state: 'waiting' } : { state: 'saved', at: new Date() });
        return true;
      } catch (error) {
        dirty.current = true;
        setSaving(
          error instanceof ApiError && error.code === 'survey.version_conflict'
            ? { state: 'conflict' }
            : { state: 'refused', error },
        );
        return false;
      } finally {
        running.current = null;
      }
    };
    running.current = work();
    return running.current;
  }, [accept, id]);

  const edit = useCallback(
    (change: Partial<Draft>) => {
      newest.current = { ...newest.current, ...change };
      dirty.current = true;
      setDraft(newest.current);
      setSaving((before) => (before.state === 'conflict' ? before : { state: 'waiting' }));
      if (timer.current) clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), DELAY_MS);
    },
    [save],
  );

  // Leaving the page inside the app saves at once; closing the browser asks first while something is not saved.
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (dirty.current || running.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
      if (dirty.current) void save();
    };
  }, [save]);

  const read = (): Promise<SurveyView> => api('GET', `/surveys/${id}`, SurveyView);
  return {
    draft,
    edit,
    survey,
    accept,
    saving,
    flush: save,
    takeTheirs: async () => {
      const theirs = await read();
      dirty.current = false;
      newest.current = draftOf(theirs);
      setDraft(newest.current);
      accept(theirs);
      setSaving({ state: 'saved', at: new Date(theirs.updatedAt) });
    },
    keepMine: async () => {
      version.current = (await read()).version;
      dirty.current = true;
      await save();
    },
  };
}

/** A new question with an id that none of the others has. */
export function newQuestion(
  type: 'choice' | 'rating' | 'text' | 'reason' | 'consent',
  taken: readonly Question[],
): Question {
  const base = type === 'text' ? 'question' : type;
  const ids = new Set(taken.map((question) => question.id));
  let id: string = base;
  for (let n = 2; ids.has(id); n += 1) id = `${base}-${n}`;
  switch (type) {
    case 'choice':
      return {
        id,
        type,
        text: {},
        hint: null,
        multiple: false,
        required: false,
        options: [
          { id: 'option-1', text: {} },
          { id: 'option-2', text: {} },
        ],
      };
    case 'rating':
      return { id, type, text: {}, hint: null, required: false, max: 5, low: null, high: null };
    case 'text':
      return { id, type, text: {}, hint: null, required: false };
    case 'reason':
      return { id, type, text: null, hint: null, byBand: null };
    case 'consent':
      return { id, type, text: null, hint: null, yes: null, no: null };
  }
}

export const isMetric = (question: Question): boolean =>
  question.type === 'nps' || question.type === 'csat' || question.type === 'ces';

/** Copies get a new id; metric, reason and consent may stand only once. */
export const canDuplicate = (question: Question): boolean =>
  question.type === 'choice' || question.type === 'rating' || question.type === 'text';
