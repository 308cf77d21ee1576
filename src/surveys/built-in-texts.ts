import type { BuiltInLocale } from './surveys.contract.js';

/**
 * Standard wording of one language. {organization} and {touchpoint} are filled in when a page or mail is made. Published versions refer to these
 * texts, so what is released is never reworded: that would change what earlier answers were asked (`built-in-texts.spec.ts` holds it).
 */
export interface BuiltInTexts {
  nps: { text: string; low: string; high: string };
  csat: { text: string; low: string; high: string };
  /** The agreement scale of CES 2.0. */
  ces: { text: string; low: string; high: string };
  reason: { text: string; hint: string; low: string; middle: string; high: string };
  consent: { text: string; hint: string; yes: string; no: string };
  /** Names of the ends of a rating question. */
  rating: { low: string; high: string };
  choice: { other: string };
}

export const BUILT_IN_TEXTS: Record<BuiltInLocale, BuiltInTexts> = {
  en: {
    nps: {
      text: 'How likely are you to recommend {organization} to a friend or colleague?',
      low: 'Not at all likely',
      high: 'Extremely likely',
    },
    csat: {
      text: 'How satisfied are you with {organization}?',
      low: 'Very dissatisfied',
      high: 'Very satisfied',
    },
    ces: {
      text: 'How far do you agree: “{organization} made it easy for me to handle my issue”?',
      low: 'Strongly disagree',
      high: 'Strongly agree',
    },
    reason: {
      text: 'What is the main reason for your score?',
      hint: 'Optional. Please leave out passwords and card numbers.',
      low: 'What went wrong?',
      middle: 'What should we do better?',
      high: 'What did we do well?',
    },
    consent: {
      text: 'May a person from {organization} contact you about this?',
      hint: 'By email. Your answer counts either way.',
      yes: 'Yes, please contact me',
      no: 'No, just pass it on',
    },
    rating: { low: 'Very poor', high: 'Very good' },
    choice: { other: 'Something else' },
  },
  de: {
    nps: {
      text: 'Wie wahrscheinlich ist es, dass Sie {organization} im Freundes- oder Kollegenkreis weiterempfehlen?',
      low: 'Sehr unwahrscheinlich',
      high: 'Sehr wahrscheinlich',
    },
    csat: {
      text: 'Wie zufrieden sind Sie mit {organization}?',
      low: 'Sehr unzufrieden',
      high: 'Sehr zufrieden',
    },
    ces: {
      text: 'Wie sehr stimmen Sie zu: „{organization} hat es mir leicht gemacht, mein Anliegen zu klären“?',
      low: 'Stimme gar nicht zu',
      high: 'Stimme voll zu',
    },
    reason: {
      text: 'Was ist der wichtigste Grund für Ihre Bewertung?',
      hint: 'Freiwillig. Bitte keine Passwörter oder Kartennummern eintragen.',
      low: 'Was ist schiefgelaufen?',
      middle: 'Was sollten wir besser machen?',
      high: 'Was haben wir gut gemacht?',
    },
    consent: {
      text: 'Darf sich jemand von {organization} dazu bei Ihnen melden?',
      hint: 'Per E-Mail. Ihre Antwort zählt in jedem Fall.',
      yes: 'Ja, bitte melden Sie sich',
      no: 'Nein, nur weitergeben',
    },
    rating: { low: 'Sehr schlecht', high: 'Sehr gut' },
    choice: { other: 'Etwas anderes' },
  },
  fr: {
    nps: {
      text: 'Quelle est la probabilité que vous recommandiez {organization} à un proche ou à un collègue ?',
      low: 'Pas du tout probable',
      high: 'Très probable',
    },
    csat: {
      text: 'Dans quelle mesure êtes-vous satisfait de {organization} ?',
      low: 'Pas du tout satisfait',
      high: 'Très satisfait',
    },
    ces: {
      text: 'Êtes-vous d’accord : « {organization} m’a permis de régler facilement mon problème » ?',
      low: 'Pas du tout d’accord',
      high: 'Tout à fait d’accord',
    },
    reason: {
      text: 'Quelle est la raison principale de votre note ?',
      hint: 'Facultatif. N’indiquez ni mot de passe ni numéro de carte.',
      low: 'Qu’est-ce qui n’a pas fonctionné ?',
      middle: 'Que devrions-nous améliorer ?',
      high: 'Qu’avons-nous bien fait ?',
    },
    consent: {
      text: 'Une personne de {organization} peut-elle vous contacter à ce sujet ?',
      hint: 'Par e-mail. Votre réponse compte dans tous les cas.',
      yes: 'Oui, contactez-moi',
      no: 'Non, transmettez simplement',
    },
    rating: { low: 'Très mauvais', high: 'Très bien' },
    choice: { other: 'Autre chose' },
  },
  es: {
    nps: {
      text: '¿Qué probabilidad hay de que recomiende {organization} a un amigo o colega?',
      low: 'Nada probable',
      high: 'Muy probable',
    },
    csat: {
      text: '¿Cuál es su grado de satisfacción con {organization}?',
      low: 'Nada satisfecho',
      high: 'Muy satisfecho',
    },
    ces: {
      text: '¿Hasta qué punto está de acuerdo: «{organization} me lo puso fácil para resolver mi asunto»?',
      low: 'Nada de acuerdo',
      high: 'Totalmente de acuerdo',
    },
    reason: {
      text: '¿Cuál es el motivo principal de su puntuación?',
      hint: 'Opcional. No escriba contraseñas ni números de tarjeta.',
      low: '¿Qué salió mal?',
      middle: '¿Qué deberíamos mejorar?',
      high: '¿Qué hicimos bien?',
    },
    consent: {
      text: '¿Puede una persona de {organization} ponerse en contacto con usted por este tema?',
      hint: 'Por correo electrónico. Su respuesta cuenta en cualquier caso.',
      yes: 'Sí, pónganse en contacto conmigo',
      no: 'No, solo transmítanlo',
    },
    rating: { low: 'Muy malo', high: 'Muy bueno' },
    choice: { other: 'Otra cosa' },
  },
  pt: {
    nps: {
      text: 'Qual é a probabilidade de recomendar {organization} a um amigo ou colega?',
      low: 'Nada provável',
      high: 'Muito provável',
    },
    csat: {
      text: 'Qual é o seu grau de satisfação com {organization}?',
      low: 'Nada satisfeito',
      high: 'Muito satisfeito',
    },
    ces: {
      text: 'Até que ponto concorda: “{organization} facilitou a resolução do meu assunto”?',
      low: 'Discordo totalmente',
      high: 'Concordo totalmente',
    },
    reason: {
      text: 'Qual é o principal motivo da sua nota?',
      hint: 'Opcional. Não escreva senhas nem números de cartão.',
      low: 'O que correu mal?',
      middle: 'O que devemos melhorar?',
      high: 'O que fizemos bem?',
    },
    consent: {
      text: 'Uma pessoa de {organization} pode entrar em contacto consigo sobre isto?',
      hint: 'Por e-mail. A sua resposta conta em qualquer caso.',
      yes: 'Sim, entrem em contacto comigo',
      no: 'Não, apenas transmitam',
    },
    rating: { low: 'Muito mau', high: 'Muito bom' },
    choice: { other: 'Outra coisa' },
  },
  ar: {
    nps: {
      text: 'ما مدى احتمال أن توصي صديقًا أو زميلًا بـ {organization}؟',
      low: 'غير محتمل إطلاقًا',
      high: 'محتمل جدًا',
    },
    csat: {
      text: 'ما مدى رضاك عن {organization}؟',
      low: 'غير راضٍ إطلاقًا',
      high: 'راضٍ جدًا',
    },
    ces: {
      text: 'إلى أي حد توافق على العبارة: «سهّلت عليّ {organization} معالجة طلبي»؟',
      low: 'لا أوافق إطلاقًا',
      high: 'أوافق تمامًا',
    },
    reason: {
      text: 'ما السبب الرئيسي لتقييمك؟',
      hint: 'اختياري. يُرجى عدم كتابة كلمات المرور أو أرقام البطاقات.',
      low: 'ما الذي لم يسر على ما يرام؟',
      middle: 'ما الذي ينبغي أن نحسّنه؟',
      high: 'ما الذي أحسنّا فعله؟',
    },
    consent: {
      text: 'هل يمكن لأحد موظفي {organization} التواصل معك بشأن هذا؟',
      hint: 'عبر البريد الإلكتروني. إجابتك محسوبة في الحالتين.',
      yes: 'نعم، تواصلوا معي',
      no: 'لا، يكفي إيصال رأيي',
    },
    rating: { low: 'سيئ جدًا', high: 'جيد جدًا' },
    choice: { other: 'شيء آخر' },
  },
};
