import { z } from 'zod';

const KINDS: Record<string, string> = {
  string: 'Enter text',
  number: 'Enter a number',
  int: 'Enter a whole number',
  boolean: 'Choose true or false',
  array: 'Enter a list',
  object: 'Enter an object with fields',
  record: 'Enter an object with fields',
  date: 'Enter a date',
};

const FORMATS: Record<string, string> = {
  uuid: 'Enter an id, as the API gave it',
  email: 'Enter one e-mail address, such as ana@example.org',
  url: 'Enter a web address',
  datetime: 'Enter a time such as 2026-11-21T09:12:00Z',
  date: 'Enter a date such as 2026-11-21',
};

/** What is said where a contract says nothing itself: what to enter, never what a parser expected. */
z.config({
  customError: (issue) => {
    switch (issue.code) {
      case 'invalid_type':
        return KINDS[issue.expected] ?? 'Enter a value of the right kind';
      case 'invalid_format':
        return FORMATS[issue.format] ?? 'Enter this in the form that the documentation shows';
      case 'too_small':
        if (issue.origin === 'string')
          return issue.minimum === 1 ? 'Enter text' : `Use at least ${issue.minimum} characters`;
        if (issue.origin === 'array' || issue.origin === 'set')
          return issue.minimum === 1 ? 'Enter at least one' : `Enter at least ${issue.minimum}`;
        return `Enter ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
      case 'too_big':
        if (issue.origin === 'string') return `Use at most ${issue.maximum} characters`;
        if (issue.origin === 'array' || issue.origin === 'set') return `Enter at most ${issue.maximum}`;
        return `Enter ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
      case 'invalid_value':
        return issue.values.length === 1
          ? `Enter ${String(issue.values[0])}`
          : `Choose ${issue.values.slice(0, -1).join(', ')} or ${String(issue.values.at(-1))}`;
      case 'unrecognized_keys':
        return `There is no field ${issue.keys.join(', ')}`;
      default:
        return undefined;
    }
  },
});
