import { Button, Menu } from '@mantine/core';
import { ArrowDownIcon, ArrowUpIcon, PlusIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import type { Question } from '../../../../src/surveys/surveys.contract.js';
import classes from './builder.module.css';
import { newQuestion } from './draft.js';
import { questionWords } from './survey-words.js';

/** "Pick one of 4 · required · only some · page 2": what a question is, in its line of the list. */
export function describe(question: Question, page: number): string {
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

/** One line of the list of questions: opens it, and moves it up and down. */
export function QuestionItem({
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

export function AddQuestion({
  questions,
  onAdd,
}: {
  questions: readonly Question[];
  onAdd: (question: Question) => void;
}) {
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
