/** The fields of a survey's form as a post has them, for OpenAPI; those of the further questions are `q_` and the question's id. */
export const POSTED_FIELDS = {
  score: { type: 'integer' },
  comment: { type: 'string' },
  mayContact: { type: 'string', enum: ['yes', 'no'] },
  stamp: { type: 'string', description: 'Signed time stamp of the page.' },
  submission: { type: 'string', format: 'uuid' },
} as const;

/** Of a form of several pages. */
export const PAGE_FIELDS = {
  page: { type: 'integer', description: 'Which page of several this is, from 0.' },
  carried: { type: 'string', description: 'What earlier pages were answered, where nothing is stored yet.' },
} as const;
