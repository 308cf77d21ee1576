import { Button, Menu } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KebabHorizontalIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { z } from 'zod';
import { ResponseView } from '../../../../src/responses/responses.contract.js';
import { api } from '../../api.js';
import { SentimentTag, StatusPill } from '../../components/badges.js';
import { toast } from '../../components/toasts.js';
import { useCan } from '../../session.js';
import { cutComment, FLAG_WORDS, GIVEN_FLAGS, unreadText, type Flag } from './response-words.js';
import classes from './responses.module.css';

const SIGNS = { negative: '−', neutral: '=', positive: '+' } as const;
const Names = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Names of pain points by id, the 200 with most customers; null for the others, dismissed ones among them: they are not worth a link. */
export function usePainPointName(): (id: string) => string | null {
  const { data } = useQuery({
    queryKey: ['reference', 'pain-points'],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      api('GET', '/pain-points', Names, { query: { limit: 200, sort: 'customers', from: '2000-01-01' }, signal }),
  });
  return (id) => data?.items.find((one) => one.id === id)?.name ?? null;
}

/** The customer's words; with `marked` each statement on the tint of its sentiment, with a sign and its name for screen readers. */
export function Comment({
  response,
  marked,
  clamp = false,
}: {
  response: ResponseView;
  marked: boolean;
  clamp?: boolean;
}) {
  const { comment, statements } = response;
  if (comment === null) return <p className="hb-second">No comment.</p>;
  const look = `${classes['comment']} ${clamp && !marked ? classes['clamp'] : ''}`;
  if (!marked || statements.length === 0)
    return (
      <p className={look} lang={response.language ?? undefined}>
        {comment}
      </p>
    );
  return (
    <p className={look} lang={response.language ?? undefined}>
      {cutComment(comment, statements).map(({ text, statement }, index) => {
        const label = statement?.sentiment.label ?? null;
        if (!statement || label === null) return <Fragment key={index}>{text}</Fragment>;
        return (
          <mark
            key={index}
            className={`${classes['mark']} ${classes[label]}`}
            title={statement.aspect ? `${statement.aspect}: ${label}` : label}
          >
            <span aria-hidden="true" className={classes['sign']}>
              {SIGNS[label]}
            </span>
            <span className="hb-visually-hidden">({label}) </span>
            {text}
          </mark>
        );
      })}
    </p>
  );
}

/** Sentiment of the whole comment, or why there is none. */
export function SentimentOf({ response }: { response: ResponseView }) {
  if (response.comment === null) return null;
  if (response.sentiment === null) return <SentimentTag label={null} />;
  if (response.sentiment.label === null) return <StatusPill>{unreadText(response.sentiment.reason)}</StatusPill>;
  return <SentimentTag label={response.sentiment.label} />;
}

/** The pain points that the statements belong to, as links. */
export function PainPoints({ response, name }: { response: ResponseView; name: (id: string) => string | null }) {
  const ids = [...new Set(response.statements.flatMap((statement) => statement.painPointId ?? []))];
  return ids.map((id) => {
    const text = name(id);
    return text === null ? null : (
      <Link key={id} to="/pain-points/$painPointId" params={{ painPointId: id }} className={classes['painPoint'] ?? ''}>
        {text}
      </Link>
    );
  });
}

/** Changes the flags with Undo, everywhere the response is shown. */
export function useFlags(): (response: ResponseView, flags: readonly Flag[], done: string) => Promise<void> {
  const client = useQueryClient();
  const put = async (id: string, flags: readonly Flag[]): Promise<void> => {
    await api('PATCH', `/responses/${id}`, ResponseView, { body: { flags } });
    await Promise.all([
      client.invalidateQueries({ queryKey: ['responses'] }),
      client.invalidateQueries({ queryKey: ['insights'] }),
    ]);
  };
  return async (response, flags, done) => {
    try {
      await put(response.id, flags);
      toast.undo(done, () => put(response.id, response.flags));
    } catch (error) {
      toast.failed('Nothing was changed.', error);
    }
  };
}

/** Why it is left out of the score, and for managers the way to change that. */
export function Flags({ response }: { response: ResponseView }) {
  const canChange = useCan('manager');
  const change = useFlags();
  return (
    <>
      {response.flags.map((flag) => (
        <StatusPill key={flag} tone="soon">
          Left out: {FLAG_WORDS[flag].toLowerCase()}
        </StatusPill>
      ))}
      {response.complete ? null : <StatusPill>Not finished</StatusPill>}
      {response.withdrawnAt ? <StatusPill tone="soon">Left out: withdrawn by the customer</StatusPill> : null}
      {!canChange || response.withdrawnAt ? null : response.flags.length > 0 ? (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => void change(response, [], 'Counted in the score again.')}
        >
          Count it
        </Button>
      ) : (
        <Menu position="bottom-end">
          <Menu.Target>
            <button type="button" className={classes['more']} aria-label="More" title="More">
              <KebabHorizontalIcon size={16} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>Leave out of the score</Menu.Label>
            {GIVEN_FLAGS.map((flag) => (
              <Menu.Item
                key={flag}
                onClick={() =>
                  void change(response, [flag], `Left out of the score: ${FLAG_WORDS[flag].toLowerCase()}.`)
                }
              >
                {FLAG_WORDS[flag]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
