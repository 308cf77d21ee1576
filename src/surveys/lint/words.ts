/**
 * Words by language that the checks of a draft look for; whole words in small letters, several with single spaces. Languages that are not here
 * are checked for everything but words.
 */
export interface LanguageWords {
  /** Push towards an answer. */
  leading: readonly string[];
  /** Join two questions in one. */
  and: readonly string[];
  /** Turn a statement round, so that "no" may mean yes. */
  negation: readonly string[];
  /** Words of offices that customers do not use. */
  jargon: readonly string[];
  /** Colours and signs that weigh on a scale when its ends are named by them. */
  colour: readonly string[];
}

/** Jargon in any language. */
const ABBREVIATIONS = ['csat', 'nps', 'ces', 'sla', 'kpi'] as const;

export const WORDS: Readonly<Record<string, LanguageWords>> = {
  en: {
    leading: [
      'excellent',
      'amazing',
      'awesome',
      'great',
      'wonderful',
      'fantastic',
      'perfect',
      'outstanding',
      'world-class',
      'award-winning',
      'how happy',
      'how good',
      'how much did you love',
      'how much did you enjoy',
      'how easy was',
      "don't you",
      'don’t you',
      "wouldn't you",
      'wouldn’t you',
      'would you agree that',
      'obviously',
      'of course',
      'give us a 10',
      'please rate us highly',
    ],
    and: ['and', 'or', 'as well as'],
    negation: ['not', 'never', 'no', "didn't", 'didn’t', "don't", 'don’t', "wasn't", 'wasn’t', 'unable', 'without'],
    jargon: [
      ...ABBREVIATIONS,
      'touchpoint',
      'omnichannel',
      'stakeholder',
      'onboarding',
      'self-service',
      'ticket',
      'leverage',
      'utilize',
      'solutioning',
      'use case',
    ],
    colour: ['red', 'green', 'amber', 'yellow'],
  },
  de: {
    leading: [
      'ausgezeichnet',
      'hervorragend',
      'hervorragende',
      'hervorragenden',
      'großartig',
      'großartige',
      'großartigen',
      'toll',
      'tolle',
      'tollen',
      'fantastisch',
      'perfekt',
      'perfekte',
      'wie glücklich',
      'wie begeistert',
      'wie gut',
      'nicht wahr',
      'selbstverständlich',
      'natürlich',
      'geben sie uns eine 10',
    ],
    and: ['und', 'oder', 'sowie'],
    negation: ['nicht', 'kein', 'keine', 'keinen', 'nie', 'niemals', 'ohne'],
    jargon: [
      ...ABBREVIATIONS,
      'touchpoint',
      'omnichannel',
      'stakeholder',
      'onboarding',
      'self-service',
      'ticket',
      'use case',
      'leistungserbringung',
      'zeitnah',
    ],
    colour: ['rot', 'grün', 'gelb'],
  },
  fr: {
    leading: [
      'excellent',
      'excellente',
      'formidable',
      'génial',
      'géniale',
      'fantastique',
      'parfait',
      'parfaite',
      'merveilleux',
      'n’est-ce pas',
      "n'est-ce pas",
      'bien sûr',
      'évidemment',
    ],
    and: ['et', 'ou', 'ainsi que'],
    negation: ['pas', 'jamais', 'aucun', 'aucune', 'sans'],
    jargon: [...ABBREVIATIONS, 'omnicanal', 'parcours client', 'onboarding', 'self-service', 'ticket'],
    colour: ['rouge', 'vert', 'jaune'],
  },
  es: {
    leading: [
      'excelente',
      'genial',
      'fantástico',
      'fantástica',
      'maravilloso',
      'maravillosa',
      'perfecto',
      'perfecta',
      'verdad',
      'por supuesto',
      'sin duda',
    ],
    and: ['y', 'e', 'o', 'u', 'así como'],
    negation: ['no', 'nunca', 'ningún', 'ninguna', 'sin'],
    jargon: [...ABBREVIATIONS, 'omnicanal', 'onboarding', 'autoservicio', 'ticket'],
    colour: ['rojo', 'verde', 'amarillo'],
  },
  pt: {
    leading: [
      'excelente',
      'fantástico',
      'fantástica',
      'maravilhoso',
      'maravilhosa',
      'ótimo',
      'ótima',
      'perfeito',
      'perfeita',
      'não é',
      'claro que',
      'com certeza',
    ],
    and: ['e', 'ou', 'bem como'],
    negation: ['não', 'nunca', 'nenhum', 'nenhuma', 'sem'],
    jargon: [...ABBREVIATIONS, 'omnicanal', 'onboarding', 'autosserviço', 'ticket'],
    colour: ['vermelho', 'verde', 'amarelo'],
  },
  ar: {
    leading: ['ممتاز', 'ممتازة', 'رائع', 'رائعة', 'مذهل', 'مذهلة', 'مثالي', 'مثالية', 'بالطبع', 'أليس كذلك'],
    and: ['أو'],
    negation: ['لا', 'لم', 'ليس', 'ليست', 'دون', 'بدون'],
    jargon: [...ABBREVIATIONS],
    colour: ['أحمر', 'أخضر', 'أصفر'],
  },
};
