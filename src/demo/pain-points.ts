/** What is good and bad at this organization, and how it changed over the two years. Ages are in days before today. */

export type TouchpointKey =
  'order' | 'installation' | 'router' | 'connection' | 'billing' | 'app' | 'support' | 'renewal';

export type Area = 'product' | 'process' | 'business_model';
export type TeamKey = 'care' | 'field' | 'billing' | 'digital' | 'sales';

export interface TouchpointPlan {
  key: TouchpointKey;
  name: string;
  stage: string;
  area: Area;
  team: TeamKey;
  /** Key of the user who owns it. */
  owner: string;
  eventType: string;
  delayMinutes: number;
  /** Events a week today. */
  weekly: number;
  /** How content people are here today, in standard deviations of a customer's answer; 0 is an NPS of about +20. */
  quality: number;
  /** What `quality` was two years ago, relative to today. */
  before: number;
  surveyName: string;
}

export const touchpointPlans: readonly TouchpointPlan[] = [
  {
    key: 'order',
    name: 'Order & sign-up',
    stage: 'Join',
    area: 'process',
    team: 'sales',
    owner: 'nele',
    eventType: 'order.placed',
    delayMinutes: 60,
    weekly: 46,
    quality: 0.42,
    before: -0.1,
    surveyName: 'After your order',
  },
  {
    key: 'installation',
    name: 'Home installation',
    stage: 'Join',
    area: 'process',
    team: 'field',
    owner: 'jonas',
    eventType: 'installation.completed',
    delayMinutes: 1440,
    weekly: 92,
    quality: 0.3,
    before: -0.14,
    surveyName: 'After the installation',
  },
  {
    key: 'router',
    name: 'Router & Wi-Fi',
    stage: 'Set up',
    area: 'product',
    team: 'digital',
    owner: 'samira',
    eventType: 'router.activated',
    delayMinutes: 7 * 1440,
    weekly: 40,
    quality: 0.14,
    before: -0.05,
    surveyName: 'Your first week with our router',
  },
  {
    key: 'connection',
    name: 'Connection & outages',
    stage: 'Use',
    area: 'product',
    team: 'field',
    owner: 'jonas',
    eventType: 'fault.closed',
    delayMinutes: 120,
    weekly: 46,
    quality: 0.02,
    before: -0.16,
    surveyName: 'After a fault',
  },
  {
    key: 'billing',
    name: 'Billing',
    stage: 'Pay',
    area: 'business_model',
    team: 'billing',
    owner: 'piotr',
    eventType: 'invoice.sent',
    delayMinutes: 2880,
    weekly: 50,
    quality: -0.1,
    before: 0.08,
    surveyName: 'About your bill',
  },
  {
    key: 'app',
    name: 'App & account',
    stage: 'Use',
    area: 'product',
    team: 'digital',
    owner: 'samira',
    eventType: 'app.used',
    delayMinutes: 30,
    weekly: 48,
    quality: 0.26,
    before: -0.2,
    surveyName: 'About the app',
  },
  {
    key: 'support',
    name: 'Phone & chat support',
    stage: 'Help',
    area: 'process',
    team: 'care',
    owner: 'agent',
    eventType: 'ticket.closed',
    delayMinutes: 60,
    weekly: 78,
    quality: 0.12,
    before: -0.3,
    surveyName: 'After you spoke with us',
  },
  {
    key: 'renewal',
    name: 'Contract renewal',
    stage: 'Stay',
    area: 'business_model',
    team: 'sales',
    owner: 'nele',
    eventType: 'contract.renewed',
    delayMinutes: 1440,
    weekly: 38,
    quality: -0.26,
    before: 0.06,
    surveyName: 'About your renewal',
  },
];

/** The new installation partner took over this many days ago … */
export const DIP_STARTS = 150;
/** … and lost our area this many days ago, when our own technicians came back. */
export const DIP_ENDS = 77;
/** The app version whose login codes do not arrive. */
export const APP_UPDATE = 13;

/** Content with a touchpoint (`null`: the organization as a whole) at an age. */
export function qualityAt(touchpoint: TouchpointPlan | null, age: number): number {
  const back = Math.min(1, Math.max(0, age / 730));
  if (!touchpoint) return 0.2 - 0.12 * back - 0.3 * dip(age);
  let quality = touchpoint.quality + touchpoint.before * back;
  if (touchpoint.key === 'installation') quality -= 1.15 * dip(age);
  if (touchpoint.key === 'support') quality -= 0.5 * dip(age);
  if (touchpoint.key === 'app' && age < APP_UPDATE) quality -= 0.8;
  if (touchpoint.key === 'billing' && age < 75) quality -= 0.18 * (1 - age / 75);
  return quality;
}

/** 0…1: how deep the installation trouble was: ten days to build up, six weeks to wear off. */
export function dip(age: number): number {
  if (age > DIP_STARTS || age < DIP_ENDS - 42) return 0;
  if (age > DIP_STARTS - 10) return (DIP_STARTS - age) / 10;
  if (age >= DIP_ENDS) return 1;
  return 1 - (DIP_ENDS - age) / 42;
}

export type PainKey =
  | 'order_no_status'
  | 'order_price_differs'
  | 'order_availability'
  | 'order_form_error'
  | 'install_no_show'
  | 'install_late'
  | 'install_mess'
  | 'install_incomplete'
  | 'install_wait'
  | 'router_drops'
  | 'router_range'
  | 'router_guide'
  | 'router_delivery'
  | 'conn_slow_evening'
  | 'conn_outage_silent'
  | 'conn_below_booked'
  | 'bill_setup_fee'
  | 'bill_unclear'
  | 'bill_debit'
  | 'bill_credit'
  | 'app_crash'
  | 'app_login_code'
  | 'app_missing'
  | 'support_hold'
  | 'support_callback'
  | 'support_repeat'
  | 'support_bot'
  | 'renew_newcomer_price'
  | 'renew_price_rise'
  | 'renew_auto'
  | 'renew_cancel_hard';

export interface PainPlan {
  key: PainKey;
  name: string;
  touchpoint: TouchpointKey;
  /** What a praise in the same comment must not be about. */
  kind: 'line' | 'money' | 'people' | 'visit';
  /** How often it is the complaint at its touchpoint, relative to the others there, at an age. */
  weightAt(age: number): number;
  rootCause: string;
  /** What a colleague writes into the case. */
  notes: readonly string[];
}

const always = (weight: number) => () => weight;
/** From `from` two years ago to `to` today. */
const moving = (from: number, to: number) => (age: number) => to + (from - to) * Math.min(1, age / 730);
/** `before` until the fix at that age, then wearing off to `after` within four weeks. */
const fixed = (before: number, after: number, at: number) => (age: number) =>
  age > at ? before : after + (before - after) * Math.max(0, 1 - (at - age) / 28);

export const painPlans: readonly PainPlan[] = [
  {
    key: 'order_no_status',
    name: 'No news after ordering',
    touchpoint: 'order',
    kind: 'people',
    weightAt: fixed(3, 1.1, 300),
    rootCause: 'Order stuck between systems',
    notes: [
      'Order was parked in the address check, no mail goes out in that state.',
      'Provisioning never got the order. Moved by hand, told planning.',
    ],
  },
  {
    key: 'order_price_differs',
    name: 'Price in the contract differs from the offer',
    touchpoint: 'order',
    kind: 'money',
    weightAt: moving(1.4, 2.2),
    rootCause: 'Offer and contract not the same',
    notes: [
      'Discount code is in the lead, not in the contract. Asked billing to correct from month 1.',
      'Third one from the same door-to-door team this month.',
    ],
  },
  {
    key: 'order_availability',
    name: 'Availability check was wrong',
    touchpoint: 'order',
    kind: 'people',
    weightAt: always(1.6),
    rootCause: 'Availability data out of date',
    notes: ['House is missing in the duct register. Planning will look at it.'],
  },
  {
    key: 'order_form_error',
    name: 'Order form loses what was typed',
    touchpoint: 'order',
    kind: 'people',
    weightAt: fixed(1.8, 0.7, 410),
    rootCause: 'Web form error',
    notes: ['Reproduced on a phone: step 3 clears the form after a time-out. Ticket with web team.'],
  },
  {
    key: 'install_no_show',
    name: 'Installer did not show up',
    touchpoint: 'installation',
    kind: 'visit',
    weightAt: (age) => (age > DIP_ENDS ? 1.8 : 1) + 9 * dip(age),
    rootCause: 'Installation partner missed the appointment',
    notes: [
      'Partner marked the job "customer not at home". No call in the log, no photo.',
      'Slot was moved twice by the partner without telling us. Field ops knows.',
    ],
  },
  {
    key: 'install_late',
    name: 'Technician came hours late',
    touchpoint: 'installation',
    kind: 'visit',
    weightAt: fixed(2.2, 1.2, 95),
    rootCause: 'Route planned too tight',
    notes: ['Route had seven jobs that day, two of them new buildings.'],
  },
  {
    key: 'install_mess',
    name: 'Damage and mess left behind',
    touchpoint: 'installation',
    kind: 'visit',
    weightAt: always(1.3),
    rootCause: 'Workmanship',
    notes: ['Photos are in the case. Asked the partner for a craftsman this week.'],
  },
  {
    key: 'install_incomplete',
    name: 'Installer left before the line worked',
    touchpoint: 'installation',
    kind: 'visit',
    weightAt: (age) => 1.5 + 1.5 * dip(age),
    rootCause: 'Part or splice missing',
    notes: ['No light at the splitter. Second team booked.'],
  },
  {
    key: 'install_wait',
    name: 'Weeks of waiting for the connection',
    touchpoint: 'installation',
    kind: 'visit',
    weightAt: moving(2.6, 1.6),
    rootCause: 'Permit or dig delayed',
    notes: ['City permit is the blocker, expected next week.'],
  },
  {
    key: 'router_drops',
    name: 'Wi-Fi drops several times a day',
    touchpoint: 'router',
    kind: 'line',
    weightAt: fixed(3.4, 1.9, 120),
    rootCause: 'Router firmware or hardware fault',
    notes: [
      'Log shows radio resets every 20 minutes. Old firmware.',
      'Channel 6, eleven neighbours. Remote change done, watching it.',
    ],
  },
  {
    key: 'router_range',
    name: 'Wi-Fi does not reach all rooms',
    touchpoint: 'router',
    kind: 'line',
    weightAt: moving(1.6, 2.2),
    rootCause: 'Router placement or flat too large',
    notes: ['Router sits in the basement next to the meter. Offered an access point.'],
  },
  {
    key: 'router_guide',
    name: 'Set-up guide cannot be followed',
    touchpoint: 'router',
    kind: 'people',
    weightAt: always(1.5),
    rootCause: 'Guide unclear',
    notes: ['Guide in the box is for the previous model.'],
  },
  {
    key: 'router_delivery',
    name: 'Router arrives late or at the wrong address',
    touchpoint: 'router',
    kind: 'people',
    weightAt: fixed(1.3, 0.7, 200),
    rootCause: 'Courier or address error',
    notes: ['Warehouse still has the old address. Corrected.'],
  },
  {
    key: 'conn_slow_evening',
    name: 'Line is slow in the evening',
    touchpoint: 'connection',
    kind: 'line',
    weightAt: moving(1.6, 2.9),
    rootCause: 'Node overbooked',
    notes: [
      'Node at 94 % between 19 and 23. Second uplink is ordered.',
      'Measured by cable, so not Wi-Fi. Forwarded to network.',
    ],
  },
  {
    key: 'conn_outage_silent',
    name: 'Outage without any information',
    touchpoint: 'connection',
    kind: 'line',
    weightAt: fixed(3.4, 1.5, 260),
    rootCause: 'Outage not communicated',
    notes: ['Cable cut, fixed at night. Customer was not on the text list.'],
  },
  {
    key: 'conn_below_booked',
    name: 'Speed below the booked plan',
    touchpoint: 'connection',
    kind: 'line',
    weightAt: always(2),
    rootCause: 'Port or line profile wrong',
    notes: ['Profile says the smaller plan. Changed, asked for a new measurement.'],
  },
  {
    key: 'bill_setup_fee',
    name: 'Set-up fee that was advertised as free',
    touchpoint: 'billing',
    kind: 'money',
    weightAt: (age) => (age < 75 ? 2 + 2.6 * (1 - age / 75) : 1.8),
    rootCause: 'Fee not waived in billing',
    notes: [
      'Waiver is in the offer, billing did not get it. Refund asked for.',
      'Same campaign code as the others this month.',
    ],
  },
  {
    key: 'bill_unclear',
    name: 'Bill cannot be understood',
    touchpoint: 'billing',
    kind: 'money',
    weightAt: fixed(2.6, 1.6, 210),
    rootCause: 'Bill wording',
    notes: ['Pro-rata line again. Explained by phone.'],
  },
  {
    key: 'bill_debit',
    name: 'Debited twice or too early',
    touchpoint: 'billing',
    kind: 'money',
    weightAt: always(1.5),
    rootCause: 'Collection error',
    notes: ['Two mandates on one contract. Closed the old one.'],
  },
  {
    key: 'bill_credit',
    name: 'Promised credit is missing',
    touchpoint: 'billing',
    kind: 'money',
    weightAt: always(1.4),
    rootCause: 'Credit approved but not booked',
    notes: ['Credit note exists as draft since weeks. Released it.'],
  },
  {
    key: 'app_crash',
    name: 'App crashes',
    touchpoint: 'app',
    kind: 'people',
    weightAt: fixed(3, 1.2, 150),
    rootCause: 'App fault',
    notes: ['Crash report matches the PDF viewer bug.'],
  },
  {
    key: 'app_login_code',
    name: 'Login code never arrives',
    touchpoint: 'app',
    kind: 'people',
    weightAt: (age) => (age < APP_UPDATE ? 12 : 0),
    rootCause: 'Login codes not delivered since the update',
    notes: [
      'SMS gateway drops codes for two mobile networks since the update. Digital is on it.',
      'Switched to code by e-mail as a workaround.',
    ],
  },
  {
    key: 'app_missing',
    name: 'App cannot do what is needed',
    touchpoint: 'app',
    kind: 'people',
    weightAt: moving(2.4, 1.7),
    rootCause: 'Function missing in the app',
    notes: ['Known gap, on the list for the next version.'],
  },
  {
    key: 'support_hold',
    name: 'Long wait on the phone',
    touchpoint: 'support',
    kind: 'people',
    weightAt: (age) => fixed(3.6, 1.8, 130)(age) + 1.5 * dip(age),
    rootCause: 'Too few people on the phone',
    notes: ['Called on Monday 9:10, queue was at 48 minutes.'],
  },
  {
    key: 'support_callback',
    name: 'Promised call-back never came',
    touchpoint: 'support',
    kind: 'people',
    weightAt: moving(1.5, 2),
    rootCause: 'Call-back not scheduled',
    notes: ['Call-back ticket was closed by the night run without a call.'],
  },
  {
    key: 'support_repeat',
    name: 'Has to explain everything again',
    touchpoint: 'support',
    kind: 'people',
    weightAt: always(1.9),
    rootCause: 'Hand-over without notes',
    notes: ['Four contacts, no note in two of them.'],
  },
  {
    key: 'support_bot',
    name: 'Chatbot blocks the way to a person',
    touchpoint: 'support',
    kind: 'people',
    weightAt: (age) => (age < 400 ? 1.4 : 0.2),
    rootCause: 'Chatbot without a way out',
    notes: ['Bot log: three loops, then closed as solved.'],
  },
  {
    key: 'renew_newcomer_price',
    name: 'New customers get better prices',
    touchpoint: 'renewal',
    kind: 'money',
    weightAt: moving(2.2, 2.8),
    rootCause: 'Price policy for existing customers',
    notes: ['Eligible for the current plan, no reason not to offer it.'],
  },
  {
    key: 'renew_price_rise',
    name: 'Price rise without explanation',
    touchpoint: 'renewal',
    kind: 'money',
    weightAt: (age) => (age > 280 && age < 350 ? 4 : 1.7),
    rootCause: 'Price rise badly announced',
    notes: ['Letter went out after the legal notice period for this contract.'],
  },
  {
    key: 'renew_auto',
    name: 'Contract extended against their will',
    touchpoint: 'renewal',
    kind: 'money',
    weightAt: fixed(1.8, 0.8, 180),
    rootCause: 'Notice not processed',
    notes: ['Notice is in the inbox, dated in time. Never booked.'],
  },
  {
    key: 'renew_cancel_hard',
    name: 'Cancelling or changing is made hard',
    touchpoint: 'renewal',
    kind: 'people',
    weightAt: always(1.3),
    rootCause: 'Cancellation process',
    notes: ['Win-back called four times although marked "no calls".'],
  },
];

export interface ImprovementPlan {
  name: string;
  pains: readonly PainKey[];
  owner: string;
  status: 'planned' | 'started' | 'done' | 'declined';
  /** Days before today on which it was written down, started, finished; dueIn is days from today (negative: past). */
  created: number;
  started?: number;
  finished?: number;
  announced?: number;
  dueIn: number;
  description: string;
  outcome?: string;
  announcement?: Readonly<Record<'en' | 'de' | 'fr', string>>;
}

export const improvementPlans: readonly ImprovementPlan[] = [
  {
    name: 'Our own technicians instead of the installation partner',
    pains: ['install_no_show', 'install_incomplete'],
    owner: 'jonas',
    status: 'done',
    created: 196,
    started: 186,
    finished: DIP_ENDS,
    announced: DIP_ENDS - 18,
    dueIn: -165,
    description: 'End the contract with the partner in our area, move nine technicians back, text when they set off.',
    outcome: 'Missed appointments fell from 17 % to 3 % of visits.',
    announcement: {
      en: 'You told us that nobody came to your appointment. The company that missed them no longer works for us here. Our own technicians are back, and you get a text when they set off.',
      de: 'Sie haben uns gesagt, dass zu Ihrem Termin niemand kam. Die Firma fährt hier nicht mehr für uns. Unsere eigenen Techniker sind zurück, und Sie bekommen eine SMS, wenn sie losfahren.',
      fr: "Vous nous avez dit que personne n'était venu. Cette société n'intervient plus chez vous. Nos propres techniciens sont de retour et vous recevez un SMS à leur départ.",
    },
  },
  {
    name: 'Texts and street-level status during outages',
    pains: ['conn_outage_silent'],
    owner: 'jonas',
    status: 'done',
    created: 330,
    started: 312,
    finished: 260,
    announced: 251,
    dueIn: -255,
    description: 'Text within 15 minutes to everyone on the affected splitter, status page by street.',
    outcome: '92 % of affected customers hear from us within 15 minutes.',
    announcement: {
      en: 'You told us that you were offline and heard nothing. You now get a text within 15 minutes, and the status page shows your street.',
      de: 'Sie haben uns gesagt, dass Sie offline waren und nichts von uns hörten. Sie bekommen jetzt innerhalb von 15 Minuten eine SMS, und die Störungsseite zeigt Ihre Straße.',
      fr: "Vous étiez coupé sans nouvelles. Vous recevez maintenant un SMS sous 15 minutes et la page d'état affiche votre rue.",
    },
  },
  {
    name: 'A mail at every step of an order',
    pains: ['order_no_status'],
    owner: 'nele',
    status: 'done',
    created: 372,
    started: 350,
    finished: 300,
    announced: 292,
    dueIn: -300,
    description: 'Five status mails from order to activation, with the next date in each.',
    outcome: 'Calls about order status down by 38 %.',
    announcement: {
      en: 'You told us that you heard nothing after ordering. Every order now sends a mail at each step, with the next date in it.',
      de: 'Sie haben uns gesagt, dass nach der Bestellung Funkstille war. Jetzt kommt bei jedem Schritt eine E-Mail mit dem nächsten Termin.',
      fr: "Vous n'aviez aucune nouvelle après votre commande. Chaque étape envoie maintenant un e-mail avec la prochaine date.",
    },
  },
  {
    name: 'Order form keeps what was typed',
    pains: ['order_form_error'],
    owner: 'samira',
    status: 'done',
    created: 455,
    started: 440,
    finished: 410,
    announced: 405,
    dueIn: -412,
    description: 'Save each step, accept all IBAN formats, say which field is wrong.',
    outcome: 'Abandoned orders on step 3 halved.',
    announcement: {
      en: 'You told us that the order form lost your details. It now keeps every step, and says which field it does not understand.',
      de: 'Sie haben uns gesagt, dass das Formular Ihre Eingaben verlor. Jetzt bleibt jeder Schritt erhalten.',
      fr: 'Le formulaire perdait vos données. Chaque étape est maintenant conservée.',
    },
  },
  {
    name: 'Bill on one page, in words',
    pains: ['bill_unclear'],
    owner: 'piotr',
    status: 'done',
    created: 282,
    started: 270,
    finished: 210,
    announced: 203,
    dueIn: -214,
    description: 'First page says what you pay and why it differs from last month.',
    outcome: 'Questions about the first bill down by 29 %.',
    announcement: {
      en: 'You told us that the bill could not be understood. Its first page now says in words what you pay and why it differs.',
      de: 'Sie haben uns gesagt, dass die Rechnung niemand versteht. Auf der ersten Seite steht jetzt in Worten, was Sie zahlen und warum.',
      fr: 'La facture était incompréhensible. La première page dit maintenant en mots ce que vous payez et pourquoi.',
    },
  },
  {
    name: 'App version that opens long bills',
    pains: ['app_crash'],
    owner: 'samira',
    status: 'done',
    created: 190,
    started: 181,
    finished: 150,
    announced: 147,
    dueIn: -152,
    description: 'Replace the PDF viewer, test with bills of more than three pages.',
    outcome: 'Crash-free sessions 99.6 %.',
    announcement: {
      en: 'You told us that the app crashed on your bill. Version 5.8 opens bills of any length.',
      de: 'Sie haben uns gesagt, dass die App bei der Rechnung abstürzt. Version 5.8 öffnet Rechnungen jeder Länge.',
      fr: "L'application plantait sur votre facture. La version 5.8 ouvre toutes les factures.",
    },
  },
  {
    name: 'Eight more people on Mondays, and call-back instead of waiting',
    pains: ['support_hold'],
    owner: 'agent',
    status: 'done',
    created: 175,
    started: 160,
    finished: 130,
    announced: 118,
    dueIn: -133,
    description: 'Shift plan by expected calls, call-back offer after three minutes.',
    outcome: 'Median wait 4 minutes instead of 17.',
    announcement: {
      en: 'You told us that you waited too long on the phone. Eight more people answer on Mondays, and after three minutes you can ask to be called back.',
      de: 'Sie haben uns gesagt, dass Sie zu lange warten mussten. Montags sitzen acht Leute mehr am Telefon, und nach drei Minuten können Sie einen Rückruf wählen.',
      fr: 'Vous attendiez trop longtemps. Huit personnes de plus répondent le lundi, et un rappel est proposé après trois minutes.',
    },
  },
  {
    name: 'Router firmware 7.2 against Wi-Fi drops',
    pains: ['router_drops'],
    owner: 'samira',
    status: 'done',
    created: 170,
    started: 158,
    finished: 120,
    announced: 111,
    dueIn: -124,
    description: 'New radio driver, automatic channel choice at night.',
    outcome: 'Routers with more than five drops a day: from 6.1 % to 2.4 %.',
    announcement: {
      en: 'You told us that your Wi-Fi kept dropping. Your router has new software that chooses a free channel by itself.',
      de: 'Sie haben uns gesagt, dass Ihr WLAN abbricht. Ihr Router hat neue Software und sucht sich selbst einen freien Kanal.',
      fr: 'Votre wifi coupait. Votre box a un nouveau logiciel qui choisit seul un canal libre.',
    },
  },
  {
    name: 'Notice letters are booked within two days',
    pains: ['renew_auto'],
    owner: 'nele',
    status: 'done',
    created: 228,
    started: 214,
    finished: 180,
    announced: 172,
    dueIn: -180,
    description: 'One inbox, two-day promise, confirmation by mail.',
    outcome: 'No extension against a timely notice since.',
    announcement: {
      en: 'You told us that your contract was extended although you had cancelled. Letters are now confirmed within two days.',
      de: 'Sie haben uns gesagt, dass trotz Kündigung verlängert wurde. Kündigungen bestätigen wir jetzt innerhalb von zwei Tagen.',
      fr: 'Votre contrat était renouvelé malgré la résiliation. Nous confirmons maintenant sous deux jours.',
    },
  },
  {
    name: 'Second uplink for six overbooked nodes',
    pains: ['conn_slow_evening', 'conn_below_booked'],
    owner: 'jonas',
    status: 'started',
    created: 88,
    started: 61,
    dueIn: 24,
    description: 'Nodes above 85 % in the evening get a second uplink; two of six are live.',
  },
  {
    name: 'Login codes also by e-mail',
    pains: ['app_login_code'],
    owner: 'samira',
    status: 'started',
    created: 5,
    started: 4,
    dueIn: 6,
    description:
      'Codes to two mobile networks are dropped since the update. Offer e-mail as a second way, change the gateway.',
  },
  {
    name: 'Two-hour slots in every district',
    pains: ['install_late'],
    owner: 'jonas',
    status: 'started',
    created: 130,
    started: 96,
    dueIn: 19,
    description: 'Route planning with real travel times; four of seven districts done.',
  },
  {
    name: 'Waived fees reach the billing system',
    pains: ['bill_setup_fee'],
    owner: 'piotr',
    status: 'started',
    created: 40,
    started: 27,
    dueIn: 12,
    description: 'The waiver of the autumn offer is not passed on. Repair the hand-over and refund everyone concerned.',
  },
  {
    name: 'One owner per support case',
    pains: ['support_repeat', 'support_callback'],
    owner: 'agent',
    status: 'started',
    created: 70,
    started: 38,
    dueIn: 41,
    description: 'The person who picks up keeps the case; call-backs sit in their calendar.',
  },
  {
    name: 'One-sheet set-up guide with photos',
    pains: ['router_guide'],
    owner: 'samira',
    status: 'started',
    created: 52,
    started: 30,
    dueIn: -3,
    description: 'One large sheet, tested with ten people over 65.',
  },
  {
    name: 'Offer checked against the contract before sending',
    pains: ['order_price_differs'],
    owner: 'nele',
    status: 'started',
    created: 64,
    started: 45,
    dueIn: 15,
    description: 'Nightly comparison of offers and contracts; differences stop the contract mail.',
  },
  {
    name: 'A person after the second try in the chat',
    pains: ['support_bot'],
    owner: 'samira',
    status: 'started',
    created: 33,
    started: 12,
    dueIn: 30,
    description: 'Offer a person after two misunderstood questions, show waiting time.',
  },
  {
    name: 'Access point included for large flats',
    pains: ['router_range'],
    owner: 'samira',
    status: 'planned',
    created: 44,
    dueIn: 75,
    description: 'Ask for square metres when ordering, add an access point above 110.',
  },
  {
    name: 'Current plans for existing customers',
    pains: ['renew_newcomer_price'],
    owner: 'nele',
    status: 'planned',
    created: 58,
    dueIn: 96,
    description: 'Everyone past the first term may move to the current plan without a new term.',
  },
  {
    name: 'Credits are booked when they are promised',
    pains: ['bill_credit'],
    owner: 'piotr',
    status: 'planned',
    created: 37,
    dueIn: 62,
    description: 'The agent books the credit in the call; drafts older than three days alarm the team.',
  },
  {
    name: 'Photo of the finished work for every visit',
    pains: ['install_mess'],
    owner: 'jonas',
    status: 'planned',
    created: 29,
    dueIn: 50,
    description: 'Technician and customer sign the photo; damage is reported on the spot.',
  },
  {
    name: 'Duct register update before winter',
    pains: ['order_availability'],
    owner: 'nele',
    status: 'planned',
    created: 21,
    dueIn: 33,
    description: 'Survey of 1,400 buildings whose entry is older than two years.',
  },
  {
    name: "Debit date of one's own choice",
    pains: ['bill_debit'],
    owner: 'piotr',
    status: 'planned',
    created: 16,
    dueIn: 80,
    description: 'Choose the 1st, 5th or 15th in the app; one mandate per contract.',
  },
  {
    name: 'Waiting list with real dates',
    pains: ['install_wait'],
    owner: 'jonas',
    status: 'planned',
    created: 12,
    dueIn: 68,
    description: 'Show the step a connection waits for (permit, dig, splice) and its date.',
  },
  {
    name: 'Bank details and invoices in the app',
    pains: ['app_missing'],
    owner: 'samira',
    status: 'planned',
    created: 9,
    dueIn: 110,
    description: 'The two most asked functions first.',
  },
  {
    name: 'Cancelling in two steps online',
    pains: ['renew_cancel_hard'],
    owner: 'nele',
    status: 'declined',
    created: 240,
    dueIn: -150,
    description: 'Cancel online without a call.',
    outcome:
      'Declined for now: the billing system cannot end contracts by itself before its replacement next year. Letters are confirmed within two days instead.',
    announced: 140,
    announcement: {
      en: 'You asked for an easy way to cancel online. We cannot offer it before next year, because our billing system has to be replaced first. Until then every letter is confirmed within two days.',
      de: 'Sie haben sich eine einfache Online-Kündigung gewünscht. Vor dem nächsten Jahr geht das nicht, weil erst das Abrechnungssystem ersetzt wird. Bis dahin bestätigen wir jede Kündigung in zwei Tagen.',
      fr: "Vous souhaitiez résilier en ligne. Ce ne sera pas possible avant l'an prochain. D'ici là, chaque courrier est confirmé sous deux jours.",
    },
  },
  {
    name: 'Free repeater for everyone',
    pains: ['router_range'],
    owner: 'samira',
    status: 'declined',
    created: 310,
    dueIn: -230,
    description: 'Send every customer a repeater.',
    outcome: 'Declined: half of them would not need it. Access points by flat size are planned instead.',
  },
  {
    name: 'Live map of the technician',
    pains: ['install_late'],
    owner: 'jonas',
    status: 'declined',
    created: 265,
    dueIn: -200,
    description: 'Show the technician on a map.',
    outcome: 'Declined by the works council. A text when they set off does the same.',
  },
  {
    name: 'Hotline around the clock',
    pains: ['support_hold'],
    owner: 'agent',
    status: 'declined',
    created: 400,
    dueIn: -330,
    description: 'Staff the phone at night.',
    outcome: 'Declined: 2 % of calls come at night. More people on Mondays instead.',
  },
  {
    name: 'Printed bill for all',
    pains: ['bill_unclear'],
    owner: 'piotr',
    status: 'declined',
    created: 350,
    dueIn: -280,
    description: 'Go back to paper.',
    outcome: 'Declined: a clearer first page helps everyone; paper stays available on request.',
  },
];
