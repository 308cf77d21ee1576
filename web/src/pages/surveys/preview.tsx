import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getNonce } from 'get-nonce';
import { useEffect, useRef } from 'react';
import { MailPreview } from '../../../../src/distribution/distribution.contract.js';
import { PagePreview } from '../../../../src/responses/survey-page/page-preview.contract.js';
import { api } from '../../api.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonLines } from '../../components/skeleton.js';
import classes from './preview.module.css';

/**
 * A document of the server's in a sandbox without scripts. Inside, this page's policy holds: style sheets need its nonce, and style attributes are
 * refused, so each is set by script instead, which the policy allows. Links lead nowhere. A new document keeps the place that was scrolled to.
 */
export function Frame({
  title,
  html,
  onLanguage,
}: {
  title: string;
  html: string;
  onLanguage?: (locale: string) => void;
}) {
  const scrolled = useRef(0);
  const nonce = getNonce() ?? '';
  const inert = html
    .replaceAll(/\sstyle="/g, ' data-style="')
    .replaceAll(/<style\b/g, `<style nonce="${nonce}"`)
    .replaceAll(/(<a\b[^>]*?)\shref="/g, '$1 role="link" data-href="');
  return (
    <div className={classes['window']}>
      <iframe
        title={title}
        className={classes['frame']}
        sandbox="allow-same-origin"
        srcDoc={inert}
        onLoad={(event) => {
          const inside = event.currentTarget.contentDocument;
          const view = event.currentTarget.contentWindow;
          if (!inside || !view) return;
          for (const element of inside.querySelectorAll<HTMLElement>('[data-style]'))
            element.style.cssText = element.dataset['style'] ?? '';
          inside.addEventListener('submit', (submit) => submit.preventDefault());
          inside.addEventListener('click', (click) => {
            const link = click.target instanceof Node ? (click.target as Element).closest?.('[hreflang]') : null;
            const locale = link?.getAttribute('hreflang');
            if (locale) onLanguage?.(locale);
          });
          view.scrollTo(0, scrolled.current);
          view.addEventListener('scroll', () => {
            scrolled.current = view.scrollY;
          });
        }}
      />
    </div>
  );
}

type Which = { surveyId: string; locale: string; version: number };

/**
 * The survey page as it opens from a mail; `score` null: from a link that carries none.
 * @param onPages hears how many pages there are
 */
export function PageFrame({
  surveyId,
  locale,
  version,
  score,
  page,
  onLanguage,
  onPages,
}: Which & {
  score: number | null;
  page: number;
  onLanguage: (locale: string) => void;
  onPages: (pages: number) => void;
}) {
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['surveys', 'page', surveyId, locale, score, page, version],
    queryFn: ({ signal }) =>
      api('GET', `/surveys/${surveyId}/page`, PagePreview, { query: { locale, score, page }, signal }),
    placeholderData: keepPreviousData,
  });
  const pages = data?.pages;
  useEffect(() => {
    if (pages !== undefined) onPages(pages);
  }, [pages, onPages]);
  if (isPending) return <SkeletonLines lines={14} />;
  if (!data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <Frame title={`Preview of the survey page (${data.locale})`} html={data.html} onLanguage={onLanguage} />;
}

/** The mail as it will arrive. */
export function MailFrame({ surveyId, locale, version }: Which) {
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['surveys', 'mail', surveyId, locale, version],
    queryFn: ({ signal }) => api('GET', `/surveys/${surveyId}/mail`, MailPreview, { query: { locale }, signal }),
    placeholderData: keepPreviousData,
  });
  if (isPending) return <SkeletonLines lines={14} />;
  if (!data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <div className={classes['mail']}>
      <p className={classes['subject']}>
        <span className="hb-meta">Subject</span> <strong>{data.subject}</strong>
      </p>
      <Frame title={`Preview of the mail (${data.locale})`} html={data.html} />
    </div>
  );
}
