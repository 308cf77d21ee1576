import type { Texts } from '../../../platform/public-page/index.js';

export type CaseMailKey =
  | 'subject'
  | 'subjectPlain'
  | 'hello'
  | 'helloNobody'
  | 'messagePreview'
  | 'canAnswer'
  | 'youTold'
  | 'resolvedIntro'
  | 'whatWeDid'
  | 'isItFixed'
  | 'fixed'
  | 'notYet'
  | 'nothingSent'
  | 'reminderIntro'
  | 'reminderEnd'
  | 'ackSubject'
  | 'ackSubjectPlain'
  | 'ackIntro'
  | 'ackPromise'
  | 'ackEnd'
  | 'seePage'
  | 'because'
  | 'team'
  | 'privacy';

/** Wording of the mails of a case: acknowledgement, message, resolution, reminder. */
export const CASE_MAIL_TEXTS: Texts<CaseMailKey> = {
  en: {
    subject: 'What you told us about “{touchpoint}” (number {number})',
    subjectPlain: 'What you told us (number {number})',
    hello: 'Hello {name},',
    helloNobody: 'Hello,',
    messagePreview: 'About what you told us on {date}.',
    canAnswer: 'You can answer this email. A person reads it.',
    youTold: 'You told us on {date}:',
    resolvedIntro: 'You told us on {date} that something went wrong. Thank you. Here is what became of it.',
    whatWeDid: 'What we did',
    isItFixed: 'Is it fixed for you?',
    fixed: 'Yes, it is fixed',
    notYet: 'Not yet',
    nothingSent: 'Each button opens a page where you confirm it. Nothing is sent until you press Send there.',
    reminderIntro: 'On {date} we wrote to you about what we did. We do not know yet whether it helped you.',
    reminderEnd:
      'This is our only reminder. If we hear nothing, we close it on our side; you can still tell us later on the same page.',
    ackSubject: 'We heard you about “{touchpoint}” (number {number})',
    ackSubjectPlain: 'We heard you (number {number})',
    ackIntro: 'Thank you for what you told us on {date}. We are sorry that it went this way.',
    ackPromise: 'Someone will write to you by {date}.',
    ackEnd: 'This email was sent automatically. You can answer it: a person reads it.',
    seePage: 'See what you told us and what we did',
    because: 'You get this because of what you told {organization} on {date}.',
    team: 'Your team at {organization}',
    privacy: 'How we use your answer',
  },
  de: {
    subject: 'Was Sie uns zu „{touchpoint}“ gesagt haben (Nummer {number})',
    subjectPlain: 'Was Sie uns gesagt haben (Nummer {number})',
    hello: 'Guten Tag {name},',
    helloNobody: 'Guten Tag,',
    messagePreview: 'Zu dem, was Sie uns am {date} gesagt haben.',
    canAnswer: 'Sie können auf diese Mail antworten. Ein Mensch liest sie.',
    youTold: 'Das haben Sie uns am {date} gesagt:',
    resolvedIntro:
      'Sie haben uns am {date} gesagt, dass etwas schiefgelaufen ist. Danke dafür. Das ist daraus geworden.',
    whatWeDid: 'Was wir getan haben',
    isItFixed: 'Ist es für Sie gelöst?',
    fixed: 'Ja, es ist gelöst',
    notYet: 'Noch nicht',
    nothingSent:
      'Jeder Knopf öffnet eine Seite, auf der Sie es bestätigen. Gesendet wird erst, wenn Sie dort auf „Senden“ drücken.',
    reminderIntro:
      'Am {date} haben wir Ihnen geschrieben, was wir getan haben. Wir wissen noch nicht, ob es Ihnen geholfen hat.',
    reminderEnd:
      'Wir erinnern nur dieses eine Mal. Hören wir nichts, schließen wir es bei uns ab; auf derselben Seite können Sie es uns auch später noch sagen.',
    ackSubject: 'Wir haben Sie gehört: „{touchpoint}“ (Nummer {number})',
    ackSubjectPlain: 'Wir haben Sie gehört (Nummer {number})',
    ackIntro: 'Danke für das, was Sie uns am {date} gesagt haben. Es tut uns leid, dass es so gelaufen ist.',
    ackPromise: 'Jemand schreibt Ihnen bis {date}.',
    ackEnd: 'Diese Mail kam automatisch. Sie können darauf antworten: Ein Mensch liest es.',
    seePage: 'Ansehen, was Sie gesagt und was wir getan haben',
    because: 'Sie bekommen diese Mail wegen dem, was Sie {organization} am {date} gesagt haben.',
    team: 'Ihr Team von {organization}',
    privacy: 'Was mit Ihrer Antwort geschieht',
  },
  fr: {
    subject: 'Ce que vous nous avez dit sur « {touchpoint} » (numéro {number})',
    subjectPlain: 'Ce que vous nous avez dit (numéro {number})',
    hello: 'Bonjour {name},',
    helloNobody: 'Bonjour,',
    messagePreview: 'À propos de ce que vous nous avez dit le {date}.',
    canAnswer: 'Vous pouvez répondre à ce message. Une personne le lira.',
    youTold: 'Vous nous avez dit le {date} :',
    resolvedIntro: 'Vous nous avez dit le {date} que quelque chose n’allait pas. Merci. Voici ce qui en est sorti.',
    whatWeDid: 'Ce que nous avons fait',
    isItFixed: 'Est-ce réglé pour vous ?',
    fixed: 'Oui, c’est réglé',
    notYet: 'Pas encore',
    nothingSent:
      'Chaque bouton ouvre une page où vous le confirmez. Rien n’est envoyé avant que vous y appuyiez sur Envoyer.',
    reminderIntro:
      'Le {date}, nous vous avons écrit ce que nous avons fait. Nous ne savons pas encore si cela vous a aidé.',
    reminderEnd:
      'C’est notre seul rappel. Sans réponse, nous clôturons de notre côté ; vous pourrez encore nous le dire plus tard sur la même page.',
    ackSubject: 'Nous vous avons entendu : « {touchpoint} » (numéro {number})',
    ackSubjectPlain: 'Nous vous avons entendu (numéro {number})',
    ackIntro: 'Merci de ce que vous nous avez dit le {date}. Nous regrettons que cela se soit passé ainsi.',
    ackPromise: 'Quelqu’un vous écrira d’ici le {date}.',
    ackEnd: 'Ce message est parti automatiquement. Vous pouvez y répondre : une personne le lira.',
    seePage: 'Voir ce que vous avez dit et ce que nous avons fait',
    because: 'Vous recevez ce message en raison de ce que vous avez dit à {organization} le {date}.',
    team: 'Votre équipe chez {organization}',
    privacy: 'Comment nous utilisons votre réponse',
  },
  es: {
    subject: 'Lo que nos dijo sobre «{touchpoint}» (número {number})',
    subjectPlain: 'Lo que nos dijo (número {number})',
    hello: 'Hola, {name}:',
    helloNobody: 'Hola:',
    messagePreview: 'Sobre lo que nos dijo el {date}.',
    canAnswer: 'Puede responder a este correo. Lo lee una persona.',
    youTold: 'El {date} nos dijo:',
    resolvedIntro: 'El {date} nos dijo que algo había ido mal. Gracias. Esto es lo que ha pasado con ello.',
    whatWeDid: 'Lo que hicimos',
    isItFixed: '¿Está resuelto para usted?',
    fixed: 'Sí, está resuelto',
    notYet: 'Todavía no',
    nothingSent: 'Cada botón abre una página donde lo confirma. No se envía nada hasta que pulse Enviar allí.',
    reminderIntro: 'El {date} le escribimos lo que habíamos hecho. Aún no sabemos si le ayudó.',
    reminderEnd:
      'Es nuestro único recordatorio. Si no sabemos nada, lo cerramos por nuestra parte; podrá decírnoslo más tarde en la misma página.',
    ackSubject: 'Le hemos escuchado: «{touchpoint}» (número {number})',
    ackSubjectPlain: 'Le hemos escuchado (número {number})',
    ackIntro: 'Gracias por lo que nos dijo el {date}. Sentimos que haya sido así.',
    ackPromise: 'Alguien le escribirá antes del {date}.',
    ackEnd: 'Este correo se envió automáticamente. Puede responder: lo lee una persona.',
    seePage: 'Ver lo que nos dijo y lo que hicimos',
    because: 'Recibe este correo por lo que le dijo a {organization} el {date}.',
    team: 'Su equipo de {organization}',
    privacy: 'Cómo usamos su respuesta',
  },
  pt: {
    subject: 'O que nos disse sobre “{touchpoint}” (número {number})',
    subjectPlain: 'O que nos disse (número {number})',
    hello: 'Olá {name},',
    helloNobody: 'Olá,',
    messagePreview: 'Sobre o que nos disse a {date}.',
    canAnswer: 'Pode responder a este e-mail. Uma pessoa lê-o.',
    youTold: 'A {date} disse-nos:',
    resolvedIntro: 'A {date} disse-nos que algo correu mal. Obrigado. Veja o que resultou disso.',
    whatWeDid: 'O que fizemos',
    isItFixed: 'Está resolvido para si?',
    fixed: 'Sim, está resolvido',
    notYet: 'Ainda não',
    nothingSent: 'Cada botão abre uma página onde o confirma. Nada é enviado até carregar em Enviar nessa página.',
    reminderIntro: 'A {date} escrevemos-lhe o que fizemos. Ainda não sabemos se ajudou.',
    reminderEnd:
      'É o nosso único lembrete. Se não soubermos nada, encerramos do nosso lado; pode dizer-nos mais tarde na mesma página.',
    ackSubject: 'Ouvimos o que disse sobre “{touchpoint}” (número {number})',
    ackSubjectPlain: 'Ouvimos o que disse (número {number})',
    ackIntro: 'Obrigado pelo que nos disse em {date}. Lamentamos que tenha corrido assim.',
    ackPromise: 'Alguém lhe escreve até {date}.',
    ackEnd: 'Este email foi enviado automaticamente. Pode responder: uma pessoa lê.',
    seePage: 'Ver o que nos disse e o que fizemos',
    because: 'Recebe este e-mail por causa do que disse à {organization} a {date}.',
    team: 'A sua equipa da {organization}',
    privacy: 'Como usamos a sua resposta',
  },
  ar: {
    subject: 'ما أخبرتنا به عن «{touchpoint}» (رقم {number})',
    subjectPlain: 'ما أخبرتنا به (رقم {number})',
    hello: 'مرحبًا {name}،',
    helloNobody: 'مرحبًا،',
    messagePreview: 'بخصوص ما أخبرتنا به في {date}.',
    canAnswer: 'يمكنك الرد على هذه الرسالة، وسيقرؤها شخص.',
    youTold: 'أخبرتنا في {date}:',
    resolvedIntro: 'أخبرتنا في {date} بأن شيئًا لم يسر كما ينبغي. شكرًا لك. إليك ما آل إليه الأمر.',
    whatWeDid: 'ما فعلناه',
    isItFixed: 'هل حُلّت المشكلة لديك؟',
    fixed: 'نعم، حُلّت',
    notYet: 'ليس بعد',
    nothingSent: 'يفتح كل زر صفحة تؤكد فيها إجابتك. لا يُرسل شيء قبل أن تضغط «إرسال» هناك.',
    reminderIntro: 'كتبنا إليك في {date} بما فعلناه، ولا نعرف بعد إن كان ذلك قد أفادك.',
    reminderEnd: 'هذا تذكيرنا الوحيد. إن لم نسمع منك فسنغلق الأمر من جانبنا، ويمكنك إخبارنا لاحقًا في الصفحة نفسها.',
    ackSubject: 'لقد سمعناك بخصوص «{touchpoint}» (رقم {number})',
    ackSubjectPlain: 'لقد سمعناك (رقم {number})',
    ackIntro: 'شكرًا على ما أخبرتنا به في {date}. نأسف لأن الأمر جرى هكذا.',
    ackPromise: 'سيكتب إليك شخص في موعد أقصاه {date}.',
    ackEnd: 'أُرسلت هذه الرسالة تلقائيًا. يمكنك الرد عليها: يقرأها شخص.',
    seePage: 'اطّلع على ما أخبرتنا به وما فعلناه',
    because: 'تصلك هذه الرسالة بسبب ما أخبرت به {organization} في {date}.',
    team: 'فريقك في {organization}',
    privacy: 'كيف نستخدم إجابتك',
  },
};
