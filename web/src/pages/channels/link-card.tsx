import { Button, Textarea, TextInput } from '@mantine/core';
import { CheckIcon, CopyIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { OpenLinkView } from '../../../../src/responses/channels/open-links.contract.js';
import { api } from '../../api.js';
import { copyText } from '../../clipboard.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { DateTime } from '../../components/figures.js';
import { announce, toast } from '../../components/toasts.js';
import { useFormat } from '../../format.js';
import { useWrite } from '../../writes.js';
import { channelWords, participation } from './channel-words.js';
import classes from './channels.module.css';

const snippet = (link: OpenLinkView): string =>
  `<script async src="${new URL('/widget/v1.js', link.url).href}" data-key="${link.url.split('/').at(-1) ?? ''}"></script>`;

/** One way to the survey: its address, its code, and what came of it. */
export function LinkCard({
  link,
  locales,
  canEdit,
  onEdit,
  onChanged,
}: {
  link: OpenLinkView;
  locales: readonly string[];
  canEdit: boolean;
  onEdit: () => void;
  onChanged: () => Promise<void>;
}) {
  const format = useFormat();
  const { busy, run } = useWrite();
  const revoked = link.revokedAt !== null;
  const base = `/api/v1/open-links/${link.id}`;
  const change = (next: boolean): void =>
    void run('revoke', 'Nothing was changed.', async () => {
      await api('PATCH', `/open-links/${link.id}`, OpenLinkView, { body: { revoked: next, version: link.version } });
      await onChanged();
      if (next)
        toast.undo(`The ${channelWords[link.channel].word} takes no more answers.`, async () => {
          await api('PATCH', `/open-links/${link.id}`, OpenLinkView, { body: { revoked: false } });
          await onChanged();
        });
      else toast.done('It takes answers again.');
    });
  return (
    <Card
      heading={
        <>
          {link.name}{' '}
          <StatusPill tone={revoked ? 'neutral' : link.surveyLive ? 'good' : 'neutral'}>
            {revoked ? 'revoked' : link.surveyLive ? channelWords[link.channel].word : 'survey closed'}
          </StatusPill>
        </>
      }
      level={2}
      {...(canEdit
        ? {
            actions: (
              <>
                <Button variant="default" size="compact-sm" onClick={onEdit}>
                  Edit<span className="hb-visually-hidden"> {link.name}</span>
                </Button>
                <Button variant="subtle" size="compact-sm" loading={busy === 'revoke'} onClick={() => change(!revoked)}>
                  {revoked ? 'Take answers again' : 'Revoke'}
                  <span className="hb-visually-hidden"> {link.name}</span>
                </Button>
              </>
            ),
          }
        : {})}
    >
      <div className={classes['body']}>
        <div className={classes['facts']}>
          {link.channel === 'widget' ? (
            <CopyField label="Put this into the page" value={snippet(link)} lines />
          ) : (
            <CopyField label="Address" value={link.url} />
          )}
          <dl className={classes['numbers']}>
            <div>
              <dt>Answers that count</dt>
              <dd>
                <Link to="/responses" search={{ survey: link.surveyId, channel: link.channel }}>
                  {format.number(link.counted)}
                </Link>
                {link.answers > link.counted ? ` (${format.number(link.answers - link.counted)} left out)` : ''}
              </dd>
            </div>
            <div>
              <dt>Participation</dt>
              <dd>{participation(link.answers, link.openings)}</dd>
            </div>
            <div>
              <dt>Openings by machines</dt>
              <dd>{format.number(link.machineOpenings)}</dd>
            </div>
            <div>
              <dt>Last answer</dt>
              <dd>{link.lastAnswerAt ? <DateTime at={link.lastAnswerAt} /> : 'None yet'}</dd>
            </div>
          </dl>
          {link.refs.length > 0 ? (
            <p className="hb-meta">
              By place: {link.refs.map((one) => `${one.ref} ${format.number(one.answers)}`).join(' · ')}
            </p>
          ) : null}
          {link.channel === 'link' ? (
            <div className={classes['actions']}>
              <a href={`${base}/qr?format=svg`} download={`${link.name}.svg`}>
                Code as SVG
              </a>
              <a href={`${base}/qr?format=png&size=1000`} download={`${link.name}.png`}>
                Code as PNG
              </a>
              {link.surveyLive
                ? locales.map((locale) => (
                    <span key={locale}>
                      Sheet to print{locales.length > 1 ? ` (${locale})` : ''}:{' '}
                      {(['a4', 'a5'] as const).map((paper) => (
                        <a
                          key={paper}
                          href={`${base}/poster?paper=${paper}&locale=${encodeURIComponent(locale)}`}
                          target="_blank"
                          rel="noreferrer"
                        >
                          {paper.toUpperCase()}{' '}
                        </a>
                      ))}
                    </span>
                  ))
                : null}
            </div>
          ) : null}
          {link.channel === 'widget' ? (
            <p className="hb-meta">
              May stand on {link.origins.join(', ')}.{' '}
              <a href={`${link.url}/try`} target="_blank" rel="noreferrer">
                Try it
              </a>
            </p>
          ) : null}
          {link.channel === 'kiosk' ? (
            <p className="hb-meta">
              Open the address once on the device, while online; afterwards it also starts and takes answers offline.
            </p>
          ) : null}
        </div>
        {link.channel === 'link' ? (
          <img className={classes['code']} src={`${base}/qr?format=svg`} alt={`QR code of ${link.name}`} />
        ) : null}
      </div>
    </Card>
  );
}

function CopyField({ label, value, lines = false }: { label: string; value: string; lines?: boolean }) {
  const [copied, setCopied] = useState(false);
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const shared = {
    ref: input,
    label,
    value,
    readOnly: true,
    onFocus: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => event.currentTarget.select(),
    styles: { input: { fontFamily: 'var(--hb-mono)', fontSize: 'var(--hb-size-meta)' } },
  };
  return (
    <div className={classes['address']}>
      {lines ? <Textarea {...shared} autosize minRows={2} /> : <TextInput {...shared} />}
      <Button
        variant="default"
        leftSection={copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
        onClick={() => {
          // Where copying is not allowed, the text is selected to be copied by hand.
          copyText(value).then(
            () => {
              setCopied(true);
              announce('Copied.');
            },
            () => input.current?.select(),
          );
        }}
      >
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
