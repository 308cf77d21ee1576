const MAX_CHARACTERS = 50_000;
const MAX_LINES = 5_000;
/** An attribution is folded by mail programs; longer ones are text. */
const MAX_ATTRIBUTION = 400;

/** First and last words of "On … wrote:" by language: en, de, fr, es, pt, ar. */
const ATTRIBUTIONS: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/^On\s/, /\swrote\s?:$/],
  [/^Am\s/, /\sschrieb\s?:$|\sschrieb\s[^:]{1,200}:$/],
  [/^Le\s/, /\sa écrit\s?:$/],
  [/^El\s/, /\sescribió\s?:$/],
  [/^Em\s/, /\sescreveu\s?:$/],
  [/^(?:في|بتاريخ)\s/, /كتب(?:ت)?(?:\s[^:]{1,200})?\s?:$/],
];

/** "-----Original Message-----" and its kin. */
const SEPARATOR =
  /^[-_]{3,}\s?(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Message d['’]origine|Message transféré|Mensaje original|Mensaje reenviado|Mensagem original|Mensagem encaminhada|الرسالة الأصلية|رسالة معاد توجيهها)\s?[-_]{3,}$/i;
/** Outlook draws a line of underscores above the old mail's headers. */
const RULE = /^_{20,}$/;
/** Outlook's header block: a sender line, and within the next lines a date, recipient or subject. */
const HEADER_FROM = /^\*?(?:From|Von|De|من)\s?:\*?\s/i;
const HEADER_NEXT =
  /^\*?(?:Sent|Date|To|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado(?: el)?|Enviada em|Fecha|Data|Para|Asunto|Assunto|تاريخ الإرسال|تم الإرسال|التاريخ|إلى|الموضوع)\s?:\*?\s/i;
const SIGNATURE = /^--\s?$/;
const DEVICE =
  /^(?:Sent from (?:my|Outlook|Mail)|Get Outlook for|Von meinem .{1,40} gesendet|Gesendet (?:von|mit)|Envoyé de(?:puis)? mon|Enviado desde mi|Enviado (?:do|a partir do) meu|أُ?رسل(?:ت)? من)/i;

/**
 * What a person wrote in an answer, without the mail they quote and without their signature. Text between quoted lines is kept. When that
 * would leave nothing, the text without its quoted lines comes back, so that a wrong guess loses nothing. Linear in the text's length.
 */
export function stripReply(source: string): string {
  const lines = source
    .slice(0, 4 * MAX_CHARACTERS)
    .replace(/\r\n?/g, '\n')
    .replace(/[\u200b\u200e\u200f\ufeff]/g, '')
    .split('\n', MAX_LINES)
    .map((line) => line.trimEnd());
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const bare = line.trim();
    if (bare.startsWith('>')) continue;
    const attribution = attributionLength(lines, at);
    if (attribution > 0) {
      // Before quoted lines it belongs to them; without such the old mail follows as it is, to the end.
      if (!nextTextIsQuoted(lines, at + attribution)) break;
      at += attribution - 1;
      continue;
    }
    if (SEPARATOR.test(bare) || SIGNATURE.test(line) || RULE.test(bare)) break;
    if (HEADER_FROM.test(bare) && lines.slice(at + 1, at + 5).some((next) => HEADER_NEXT.test(next.trim()))) break;
    if (DEVICE.test(bare) && bare.length < 120 && endsHere(lines, at + 1)) break;
    kept.push(line);
  }
  const text = tidy(kept);
  return (text === '' ? tidy(lines.filter((line) => !line.trim().startsWith('>'))) : text).slice(0, MAX_CHARACTERS);
}

/** How many lines, from `at`, are one attribution; 0 for none. */
function attributionLength(lines: readonly string[], at: number): number {
  const first = (lines[at] ?? '').trim();
  if (first === '') return 0;
  const ends = ATTRIBUTIONS.find(([start]) => start.test(first))?.[1];
  let joined = '';
  for (let count = 1; count <= 3; count++) {
    const part = (lines[at + count - 1] ?? '').trim();
    if (part === '') return 0;
    joined = joined === '' ? part : `${joined} ${part}`;
    if (joined.length > MAX_ATTRIBUTION) return 0;
    if (ends?.test(joined)) return count;
    // In other words or another language: a line with an address and a colon at its end, right above quoted lines.
    if (count === 1 && /<[^<>\s]{3,254}>\s?:$|\d{4}.{0,200}:$/.test(joined) && nextTextIsQuoted(lines, at + 1))
      return 1;
    if (!ends) return 0;
  }
  return 0;
}

function nextTextIsQuoted(lines: readonly string[], at: number): boolean {
  for (let next = at; next < Math.min(at + 3, lines.length); next++) {
    const line = (lines[next] ?? '').trim();
    if (line !== '') return line.startsWith('>');
  }
  return false;
}

/** True when nothing but blank or quoted lines, or the old mail, follows within a few lines. */
function endsHere(lines: readonly string[], at: number): boolean {
  for (let next = at; next < Math.min(at + 8, lines.length); next++) {
    const line = (lines[next] ?? '').trim();
    if (line === '' || line.startsWith('>')) continue;
    return attributionLength(lines, next) > 0 || SEPARATOR.test(line) || RULE.test(line) || HEADER_FROM.test(line);
  }
  return true;
}

function tidy(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const STOP =
  /^(?:(?:please|pls|bitte|por favor|svp|s'il vous plaît)[\s,]*)?(?:stop(?: it| all| now| surveys?| sending| (?:e-?)?mails?| emailing me)?|unsubscribe(?: me| all)?|remove me|opt[ -]?out|cancel (?:surveys|subscription)|stopp|abmelden|abbestellen|keine (?:umfragen|mails?|e-mails?)(?: mehr)?|austragen|arr[êe]t(?:er|ez)?|stopper|me d[ée]sinscrire|d[ée]sinscri(?:re|ption|vez-moi)|d[ée]sabonner|plus d['’]enqu[êe]tes|baja|darme de baja|cancelar(?: suscripci[óo]n| subscri[çc][ãa]o)?|no m[áa]s (?:encuestas|correos)|parar|remover|descadastrar|anular (?:subscri[çc][ãa]o|inscri[çc][ãa]o)|توقف|إلغاء الاشتراك|ألغ(?:ِ)? الاشتراك|إيقاف)(?:[\s,]*(?:please|bitte|thanks?|thank you|danke|merci|gracias|obrigad[oa]|شكرا))?$/iu;

/** True when a reply says nothing but that its writer wants no more of these mails; longer texts are for a person to read. */
export function isStopRequest(text: string): boolean {
  const bare = text
    .replace(/[\s.!?…]+$/u, '')
    .replace(/\s+/g, ' ')
    .trim();
  return bare.length <= 60 && STOP.test(bare);
}
