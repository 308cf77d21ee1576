import { createHash } from 'node:crypto';
import { renderToStaticMarkup } from 'react-dom/server';
import { dirOf, speak, type Texts } from '../../platform/public-page/index.js';

type Key = 'scan' | 'or' | 'time';

export const POSTER_TEXTS: Texts<Key> = {
  en: {
    scan: 'Point your phone’s camera at the code.',
    or: 'Or open this page:',
    time: 'One question, less than a minute. No name needed.',
  },
  de: {
    scan: 'Richten Sie die Kamera Ihres Telefons auf den Code.',
    or: 'Oder öffnen Sie diese Seite:',
    time: 'Eine Frage, weniger als eine Minute. Ohne Namen.',
  },
  fr: {
    scan: 'Dirigez l’appareil photo de votre téléphone vers le code.',
    or: 'Ou ouvrez cette page :',
    time: 'Une question, moins d’une minute. Sans donner votre nom.',
  },
  es: {
    scan: 'Apunte la cámara de su teléfono al código.',
    or: 'O abra esta página:',
    time: 'Una pregunta, menos de un minuto. Sin dar su nombre.',
  },
  pt: {
    scan: 'Aponte a câmara do seu telefone para o código.',
    or: 'Ou abra esta página:',
    time: 'Uma pergunta, menos de um minuto. Sem dar o seu nome.',
  },
  ar: {
    scan: 'وجّه كاميرا هاتفك نحو الرمز.',
    or: 'أو افتح هذه الصفحة:',
    time: 'سؤال واحد، أقل من دقيقة. دون ذكر الاسم.',
  },
};

const css = (paper: 'a4' | 'a5'): string => {
  const [width, height, text] = paper === 'a4' ? [210, 297, 1] : [148, 210, 0.7];
  return `@page{size:${paper.toUpperCase()} portrait;margin:0}
*{box-sizing:border-box}
body{margin:0;background:#EEF2F4;color:#14212B;font:${16 * text}pt/1.4 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}
main{width:${width}mm;min-height:${height}mm;margin:8mm auto;padding:${18 * text}mm;background:#FFF;display:flex;flex-direction:column;align-items:center;justify-content:space-between;text-align:center;overflow-wrap:anywhere}
.org{font-weight:650;font-size:${20 * text}pt;margin:0}
h1{font-size:${32 * text}pt;line-height:1.2;margin:${6 * text}mm 0;font-weight:700;unicode-bidi:plaintext}
svg{width:${110 * text}mm;height:${110 * text}mm}
p{margin:0 0 ${2 * text}mm}
.url{font-size:${9 * text}pt;color:#4A5A68;direction:ltr}
@media print{body{background:none}main{margin:0;min-height:0;height:${height}mm}}`;
};

/** One sheet to hang up: the question, the code, and the address for whoever has no camera. Prints on exactly one page. */
export function poster(facts: {
  organization: string;
  question: string;
  locale: string;
  paper: 'a4' | 'a5';
  url: string;
  /** As `qrSvg` made it. */
  code: string;
}): { html: string; headers: Record<string, string> } {
  const say = speak(POSTER_TEXTS, facts.locale);
  const style = css(facts.paper);
  const html = renderToStaticMarkup(
    <html lang={facts.locale} dir={dirOf(facts.locale)}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${facts.question} · ${facts.organization}`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <main>
          <div>
            <p className="org">{facts.organization}</p>
            <h1>{facts.question}</h1>
          </div>
          <div role="img" aria-label={facts.url} dangerouslySetInnerHTML={{ __html: facts.code }} />
          <div>
            <p>
              <strong>{say('scan')}</strong>
            </p>
            <p>{say('time')}</p>
            <p className="url">
              {say('or')} {facts.url}
            </p>
          </div>
        </main>
      </body>
    </html>,
  );
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    html: `<!doctype html>${html}`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  };
}
