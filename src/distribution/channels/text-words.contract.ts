import type { BuiltInLocale } from '../../surveys/surveys.contract.js';

/**
 * What our texts say in one language. Fields in braces are filled in as text. Apart from Arabic, only characters of the 7-bit alphabet: another one
 * would halve the room (`segments.ts`). STOP is understood whatever the language, since providers handle that word themselves.
 */
export interface TextWords {
  /** Where the survey's own question does not fit. */
  short: string;
  reminder: string;
  /** How to answer; on WhatsApp the same. */
  answer: string;
  stop: string;
  /** After a number. */
  why: string;
  help: string;
  test: string;
}

export const TEXT_WORDS: Record<BuiltInLocale, TextWords> = {
  en: {
    short: 'One question about {about}.',
    reminder: 'Reminder: {text}',
    answer: 'Reply {min}-{max} or answer here: {url}',
    stop: 'STOP to opt out.',
    why: 'Thank you. What is the main reason for your {score}? Just write it here.',
    help: '{organization} asks customers how things went. Reply with a number and the reason. Your choices: {url} STOP to opt out.',
    test: 'This is a test message of {organization}. It works.',
  },
  de: {
    short: 'Eine Frage zu {about}.',
    reminder: 'Erinnerung: {text}',
    answer: 'Antworten Sie mit {min}-{max} oder hier: {url}',
    stop: 'STOP = keine Umfragen.',
    why: 'Danke. Was ist der wichtigste Grund für Ihre {score}? Schreiben Sie ihn einfach hier.',
    help: '{organization} fragt, wie es lief. Antworten Sie mit einer Zahl und dem Grund. Ihre Wahl: {url} STOP = keine Umfragen.',
    test: 'Das ist eine Testnachricht von {organization}. Es funktioniert.',
  },
  fr: {
    short: 'Une question sur {about}.',
    reminder: 'Rappel : {text}',
    answer: 'Répondez {min}-{max} ou ici : {url}',
    stop: 'STOP pour ne plus en recevoir.',
    why: 'Merci. Pour quelle raison surtout avez-vous mis {score} ? Répondez simplement ici.',
    help: '{organization} demande comment les choses se sont passées. Répondez par un chiffre et la raison. Vos choix : {url} STOP pour ne plus en recevoir.',
    test: 'Message de test de {organization}. Tout fonctionne.',
  },
  es: {
    short: 'Una pregunta sobre {about}.',
    reminder: 'Recordatorio: {text}',
    answer: 'Responda {min}-{max} o en: {url}',
    stop: 'STOP para no recibir encuestas.',
    why: 'Gracias. ¿Por qué sobre todo ha puesto un {score}? Responda simplemente a este mensaje.',
    help: '{organization} pregunta por su experiencia. Responda con una cifra y el motivo. Sus opciones: {url} STOP para no recibir encuestas.',
    test: 'Mensaje de prueba de {organization}. Funciona.',
  },
  pt: {
    short: 'Uma pergunta sobre {about}.',
    reminder: 'Lembrete: {text}',
    answer: 'Responda {min}-{max} ou em: {url}',
    stop: 'STOP para cancelar.',
    why: 'Obrigado. Qual é o motivo principal do seu {score}? Basta responder aqui.',
    help: '{organization} pergunta como correu. Responda com uma nota e o motivo. As suas escolhas: {url} STOP para cancelar.',
    test: 'Mensagem de teste de {organization}. Funciona.',
  },
  ar: {
    short: 'سؤال عن {about}.',
    reminder: 'تذكير: {text}',
    answer: 'أجب برقم {min}-{max} أو هنا: {url}',
    stop: 'STOP للإيقاف.',
    why: 'شكرًا. ما السبب الأهم لاختيارك {score}؟ اكتبه هنا.',
    help: '{organization} تسأل عن تجربتك. أجب برقم واذكر السبب. خياراتك: {url} للإيقاف: STOP',
    test: 'رسالة اختبار من {organization}. كل شيء يعمل.',
  },
};

export const fillWords = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (tag, name: string) => String(values[name] ?? tag));
