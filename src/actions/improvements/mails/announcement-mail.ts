import type { MailContent } from '../../../platform/mail/mail.js';
import { renderMail } from '../../../platform/mail-template/mail-template.js';
import { dirOf, publicLocale, speak, type Texts } from '../../../platform/public-page/index.js';

type AnnouncementKey =
  | 'subject'
  | 'subjectDeclined'
  | 'hello'
  | 'helloNobody'
  | 'intro'
  | 'introDeclined'
  | 'heading'
  | 'headingDeclined'
  | 'team'
  | 'because'
  | 'stop'
  | 'privacy';

export const ANNOUNCEMENT_TEXTS: Texts<AnnouncementKey> = {
  en: {
    subject: 'You told us, and this changed',
    subjectDeclined: 'You told us, and this is our answer',
    hello: 'Hello {name},',
    helloNobody: 'Hello,',
    intro: 'You told us what went wrong. So did others. You were heard, and this is what came of it.',
    introDeclined:
      'You told us what went wrong. So did others. We looked into it and will not change it for now. You should know why.',
    heading: 'What changed',
    headingDeclined: 'Our answer',
    team: 'Your team at {organization}',
    because: 'You get this because you gave {organization} feedback about this.',
    stop: 'No more mails like this',
    privacy: 'How we use your answer',
  },
  de: {
    subject: 'Sie haben es gesagt, das hat sich geändert',
    subjectDeclined: 'Sie haben es gesagt, das ist unsere Antwort',
    hello: 'Guten Tag {name},',
    helloNobody: 'Guten Tag,',
    intro:
      'Sie haben uns gesagt, was schiefgelaufen ist, und andere auch. Wir haben es gehört. Das ist daraus geworden.',
    introDeclined:
      'Sie haben uns gesagt, was schiefgelaufen ist, und andere auch. Wir haben es geprüft und ändern es vorerst nicht. Sie sollen wissen, warum.',
    heading: 'Was sich geändert hat',
    headingDeclined: 'Unsere Antwort',
    team: 'Ihr Team von {organization}',
    because: 'Sie bekommen diese Mail, weil Sie {organization} dazu etwas gesagt haben.',
    stop: 'Keine solchen Mails mehr',
    privacy: 'Was mit Ihrer Antwort geschieht',
  },
  fr: {
    subject: 'Vous nous l’avez dit, voici ce qui a changé',
    subjectDeclined: 'Vous nous l’avez dit, voici notre réponse',
    hello: 'Bonjour {name},',
    helloNobody: 'Bonjour,',
    intro: 'Vous nous avez dit ce qui n’allait pas, et d’autres aussi. Nous avons entendu. Voici ce qui en est sorti.',
    introDeclined:
      'Vous nous avez dit ce qui n’allait pas, et d’autres aussi. Nous l’avons étudié et ne le changerons pas pour l’instant. Voici pourquoi.',
    heading: 'Ce qui a changé',
    headingDeclined: 'Notre réponse',
    team: 'Votre équipe chez {organization}',
    because: 'Vous recevez ce message parce que vous en avez parlé à {organization}.',
    stop: 'Ne plus recevoir ce genre de message',
    privacy: 'Comment nous utilisons votre réponse',
  },
  es: {
    subject: 'Usted nos lo dijo y esto ha cambiado',
    subjectDeclined: 'Usted nos lo dijo y esta es nuestra respuesta',
    hello: 'Hola, {name}:',
    helloNobody: 'Hola:',
    intro:
      'Usted nos dijo qué había ido mal, y otras personas también. Les hemos escuchado. Esto es lo que ha salido de ello.',
    introDeclined:
      'Usted nos dijo qué había ido mal, y otras personas también. Lo hemos estudiado y por ahora no lo cambiaremos. Queremos que sepa por qué.',
    heading: 'Lo que ha cambiado',
    headingDeclined: 'Nuestra respuesta',
    team: 'Su equipo de {organization}',
    because: 'Recibe este correo porque se lo comentó a {organization}.',
    stop: 'No recibir más correos como este',
    privacy: 'Cómo usamos su respuesta',
  },
  pt: {
    subject: 'Disse-nos, e isto mudou',
    subjectDeclined: 'Disse-nos, e esta é a nossa resposta',
    hello: 'Olá {name},',
    helloNobody: 'Olá,',
    intro: 'Disse-nos o que correu mal, e outras pessoas também. Ouvimos. Veja o que resultou disso.',
    introDeclined:
      'Disse-nos o que correu mal, e outras pessoas também. Estudámos o assunto e, por agora, não o vamos mudar. Queremos que saiba porquê.',
    heading: 'O que mudou',
    headingDeclined: 'A nossa resposta',
    team: 'A sua equipa da {organization}',
    because: 'Recebe este e-mail porque falou disto à {organization}.',
    stop: 'Não receber mais e-mails destes',
    privacy: 'Como usamos a sua resposta',
  },
  ar: {
    subject: 'أخبرتنا، وهذا ما تغيّر',
    subjectDeclined: 'أخبرتنا، وهذا جوابنا',
    hello: 'مرحبًا {name}،',
    helloNobody: 'مرحبًا،',
    intro: 'أخبرتنا بما لم يسر كما ينبغي، وأخبرنا آخرون أيضًا. سمعناكم، وهذا ما نتج عن ذلك.',
    introDeclined:
      'أخبرتنا بما لم يسر كما ينبغي، وأخبرنا آخرون أيضًا. درسنا الأمر ولن نغيّره في الوقت الحالي، ومن حقك أن تعرف السبب.',
    heading: 'ما تغيّر',
    headingDeclined: 'جوابنا',
    team: 'فريقك في {organization}',
    because: 'تصلك هذه الرسالة لأنك أبديت رأيك في هذا لدى {organization}.',
    stop: 'لا أريد رسائل كهذه',
    privacy: 'كيف نستخدم إجابتك',
  },
};

export interface AnnouncementMail {
  organization: { name: string; color: string | undefined; postalAddress: string | null; privacyUrl: string | null };
  customer: { name: string | null; locale: string | null };
  isDeclined: boolean;
  body: string;
  stopUrl: string;
}

/** "You said, we did", in the customer's language where we have words in it. */
export async function announcementMail(
  mail: AnnouncementMail,
): Promise<Pick<MailContent, 'subject' | 'html' | 'text' | 'locale'>> {
  const locale = publicLocale(mail.customer.locale);
  const say = speak(ANNOUNCEMENT_TEXTS, locale);
  const { organization, isDeclined } = mail;
  const { html, text } = await renderMail({
    brand: { name: organization.name, color: organization.color },
    locale,
    dir: dirOf(locale),
    preview: mail.body.slice(0, 120),
    blocks: [
      { kind: 'text', text: mail.customer.name ? say('hello', { name: mail.customer.name }) : say('helloNobody') },
      { kind: 'text', text: say(isDeclined ? 'introDeclined' : 'intro') },
      { kind: 'heading', text: say(isDeclined ? 'headingDeclined' : 'heading') },
      { kind: 'text', text: mail.body },
      { kind: 'person', name: say('team', { organization: organization.name }) },
    ],
    footer: [
      { kind: 'text', text: say('because', { organization: organization.name }) },
      {
        kind: 'links',
        links: [
          { label: say('stop'), href: mail.stopUrl },
          ...(organization.privacyUrl ? [{ label: say('privacy'), href: organization.privacyUrl }] : []),
        ],
      },
      { kind: 'text', text: [organization.name, organization.postalAddress].filter(Boolean).join(', ') },
    ],
  });
  return { subject: say(isDeclined ? 'subjectDeclined' : 'subject'), html, text, locale };
}
