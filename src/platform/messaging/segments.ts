/**
 * How a text travels by SMS (3GPP TS 23.038 and 23.040): in the 7-bit alphabet while every character is in it, else in UCS-2. A message of more
 * than one segment gives some room of each to the header that joins them.
 */
export interface Segments {
  encoding: 'GSM-7' | 'UCS-2';
  /** Septets, or UTF-16 code units. */
  units: number;
  segments: number;
  /** How many more units fit into the last segment. */
  left: number;
}

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Two septets each. */
const EXTENDED = new Set('\f^{}\\[~]|€');

/** What stands for characters that only look different, so that one pair of curly quotes does not halve the room. */
const PLAIN: Record<string, string> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‘': "'",
  '’': "'",
  '–': '-',
  '—': '-',
  '…': '...',
  '\u00a0': ' ',
  '\u202f': ' ',
  '\t': ' ',
};

export function segmentsOf(text: string): Segments {
  let septets: number | null = 0;
  for (const character of text) {
    if (BASIC.has(character)) septets += 1;
    else if (EXTENDED.has(character)) septets += 2;
    else {
      septets = null;
      break;
    }
  }
  const [units, single, joined] = septets === null ? [text.length, 70, 67] : [septets, 160, 153];
  const segments = units <= single ? 1 : Math.ceil(units / joined);
  return {
    encoding: septets === null ? 'UCS-2' : 'GSM-7',
    units,
    segments,
    left: (segments === 1 ? single : segments * joined) - units,
  };
}

/** The text with quotes, dashes and spaces that the 7-bit alphabet has. */
export const plainText = (text: string): string =>
  text.replace(/[“”„«»‘’–—…\u00a0\u202f\t]/g, (character) => PLAIN[character] ?? character);
