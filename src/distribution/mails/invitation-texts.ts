import type { BuiltInLocale } from '../../surveys/surveys.contract.js';

/** Wording of the survey mail in one language. Tags in braces are filled in as text. */
export interface InvitationTexts {
  subjectAfter: string;
  subject: string;
  reminderSubject: string;
  testSubject: string;
  preview: string;
  hello: string;
  helloNobody: string;
  /** After an event: what this is about. */
  about: string;
  aboutUndated: string;
  /** No event: how things are in general. */
  general: string;
  reminder: string;
  nothingSent: string;
  whatWeDo: string;
  whatWeDoWithReply: string;
  answerHere: string;
  becauseEvent: string;
  becauseCustomer: string;
  becauseConsent: string;
  atMost: string;
  choices: string;
  stop: string;
  use: string;
  plainLink: string;
  team: string;
  test: string;
}

export const INVITATION_TEXTS: Record<BuiltInLocale, InvitationTexts> = {
  en: {
    subjectAfter: '{touchpoint}: how did it go?',
    subject: 'One question about {organization}',
    reminderSubject: 'Reminder: {subject}',
    testSubject: 'Test: {subject}',
    preview: 'One question, one tap. Good or bad, we would like to know.',
    hello: 'Hello {name},',
    helloNobody: 'Hello,',
    about: 'This is about “{touchpoint}” on {date}. We would like to know how it went, good or bad.',
    aboutUndated: 'This is about “{touchpoint}”. We would like to know how it went, good or bad.',
    general: 'You are a customer of {organization}. We would like to know how we are doing for you, good or bad.',
    reminder:
      'We asked you on {date} and have not had an answer. If you would rather not answer, you need not do anything.',
    nothingSent:
      'Picking a number opens a short page where you confirm it and can tell us why. Nothing is sent until you press Send.',
    whatWeDo: 'What you write goes to the people who can change it.',
    whatWeDoWithReply:
      'If something went wrong, tell us there. A person from our team will write back to you, if you want us to.',
    answerHere: 'Choose your number and answer here:',
    becauseEvent: 'You get this because of “{touchpoint}” with {organization}.',
    becauseCustomer: 'You get this because you are a customer of {organization}.',
    becauseConsent: 'You get this because you agreed to be asked by {organization}.',
    atMost: 'We ask at most once in {days} days.',
    choices: 'Choose what we ask you',
    stop: 'Stop surveys',
    use: 'How we use your answer',
    plainLink: 'Numbers not working? Open {url}',
    team: 'Your team at {organization}',
    test: 'This is a test mail. Answers to it are not counted.',
  },
  de: {
    subjectAfter: '{touchpoint}: Wie war es?',
    subject: 'Eine Frage zu {organization}',
    reminderSubject: 'Erinnerung: {subject}',
    testSubject: 'Test: {subject}',
    preview: 'Eine Frage, ein Klick. Gutes wie Schlechtes interessiert uns.',
    hello: 'Guten Tag {name},',
    helloNobody: 'Guten Tag,',
    about: 'es geht um „{touchpoint}“ am {date}. Wir möchten wissen, wie es war, gut oder schlecht.',
    aboutUndated: 'es geht um „{touchpoint}“. Wir möchten wissen, wie es war, gut oder schlecht.',
    general:
      'Sie sind Kundin oder Kunde von {organization}. Wir möchten wissen, wie Sie uns erleben, gut oder schlecht.',
    reminder:
      'wir haben Sie am {date} gefragt und noch keine Antwort bekommen. Wenn Sie nicht antworten möchten, brauchen Sie nichts zu tun.',
    nothingSent:
      'Mit einer Zahl öffnet sich eine kurze Seite. Dort bestätigen Sie die Zahl und können den Grund nennen. Gesendet wird erst, wenn Sie auf „Senden“ drücken.',
    whatWeDo: 'Was Sie schreiben, geht an die Menschen, die es ändern können.',
    whatWeDoWithReply:
      'Wenn etwas schiefgelaufen ist, schreiben Sie es dort. Auf Wunsch antwortet Ihnen jemand aus unserem Team.',
    answerHere: 'Wählen Sie hier Ihre Zahl und antworten Sie:',
    becauseEvent: 'Sie bekommen diese Mail wegen „{touchpoint}“ bei {organization}.',
    becauseCustomer: 'Sie bekommen diese Mail, weil Sie Kundin oder Kunde von {organization} sind.',
    becauseConsent: 'Sie bekommen diese Mail, weil Sie Fragen von {organization} zugestimmt haben.',
    atMost: 'Wir fragen höchstens einmal in {days} Tagen.',
    choices: 'Wählen, was wir fragen dürfen',
    stop: 'Keine Umfragen mehr',
    use: 'Was mit Ihrer Antwort geschieht',
    plainLink: 'Die Zahlen gehen nicht? Öffnen Sie {url}',
    team: 'Ihr Team von {organization}',
    test: 'Das ist eine Testmail. Antworten darauf werden nicht gezählt.',
  },
  fr: {
    subjectAfter: '{touchpoint} : comment cela s’est-il passé ?',
    subject: 'Une question sur {organization}',
    reminderSubject: 'Rappel : {subject}',
    testSubject: 'Test : {subject}',
    preview: 'Une question, un clic. Le bon comme le mauvais nous intéresse.',
    hello: 'Bonjour {name},',
    helloNobody: 'Bonjour,',
    about:
      'Il s’agit de « {touchpoint} » du {date}. Nous aimerions savoir comment cela s’est passé, en bien ou en mal.',
    aboutUndated: 'Il s’agit de « {touchpoint} ». Nous aimerions savoir comment cela s’est passé, en bien ou en mal.',
    general: 'Vous êtes client de {organization}. Nous aimerions savoir ce que vous pensez de nous, en bien ou en mal.',
    reminder:
      'Nous vous avons interrogé le {date} et n’avons pas reçu de réponse. Si vous préférez ne pas répondre, vous n’avez rien à faire.',
    nothingSent:
      'Choisir un chiffre ouvre une courte page où vous le confirmez et pouvez dire pourquoi. Rien n’est envoyé avant que vous n’appuyiez sur Envoyer.',
    whatWeDo: 'Ce que vous écrivez parvient aux personnes qui peuvent y changer quelque chose.',
    whatWeDoWithReply:
      'Si quelque chose n’a pas fonctionné, dites-le-nous là. Une personne de notre équipe vous répondra, si vous le souhaitez.',
    answerHere: 'Choisissez votre chiffre et répondez ici :',
    becauseEvent: 'Vous recevez ce message à la suite de « {touchpoint} » chez {organization}.',
    becauseCustomer: 'Vous recevez ce message parce que vous êtes client de {organization}.',
    becauseConsent: 'Vous recevez ce message parce que vous avez accepté les questions de {organization}.',
    atMost: 'Nous vous interrogeons au plus une fois en {days} jours.',
    choices: 'Choisir ce que nous vous demandons',
    stop: 'Ne plus recevoir d’enquêtes',
    use: 'Ce que nous faisons de votre réponse',
    plainLink: 'Les chiffres ne fonctionnent pas ? Ouvrez {url}',
    team: 'L’équipe de {organization}',
    test: 'Ceci est un message de test. Les réponses ne sont pas comptées.',
  },
  es: {
    subjectAfter: '{touchpoint}: ¿cómo fue?',
    subject: 'Una pregunta sobre {organization}',
    reminderSubject: 'Recordatorio: {subject}',
    testSubject: 'Prueba: {subject}',
    preview: 'Una pregunta, un clic. Queremos saber lo bueno y lo malo.',
    hello: 'Hola, {name}:',
    helloNobody: 'Hola:',
    about: 'Se trata de «{touchpoint}» del {date}. Nos gustaría saber cómo fue, bien o mal.',
    aboutUndated: 'Se trata de «{touchpoint}». Nos gustaría saber cómo fue, bien o mal.',
    general: 'Usted es cliente de {organization}. Nos gustaría saber qué le parecemos, lo bueno y lo malo.',
    reminder:
      'Le preguntamos el {date} y no hemos recibido respuesta. Si prefiere no responder, no tiene que hacer nada.',
    nothingSent:
      'Al elegir un número se abre una página corta donde lo confirma y puede decirnos por qué. No se envía nada hasta que pulse Enviar.',
    whatWeDo: 'Lo que escriba llega a las personas que pueden cambiarlo.',
    whatWeDoWithReply:
      'Si algo salió mal, cuéntenoslo allí. Una persona de nuestro equipo le escribirá, si usted quiere.',
    answerHere: 'Elija su número y responda aquí:',
    becauseEvent: 'Recibe este mensaje por «{touchpoint}» con {organization}.',
    becauseCustomer: 'Recibe este mensaje porque es cliente de {organization}.',
    becauseConsent: 'Recibe este mensaje porque aceptó las preguntas de {organization}.',
    atMost: 'Preguntamos como máximo una vez cada {days} días.',
    choices: 'Elegir qué le preguntamos',
    stop: 'No recibir más encuestas',
    use: 'Cómo usamos su respuesta',
    plainLink: '¿No funcionan los números? Abra {url}',
    team: 'Su equipo de {organization}',
    test: 'Este es un mensaje de prueba. Las respuestas no se cuentan.',
  },
  pt: {
    subjectAfter: '{touchpoint}: como correu?',
    subject: 'Uma pergunta sobre {organization}',
    reminderSubject: 'Lembrete: {subject}',
    testSubject: 'Teste: {subject}',
    preview: 'Uma pergunta, um toque. Queremos saber o bom e o mau.',
    hello: 'Olá, {name},',
    helloNobody: 'Olá,',
    about: 'É sobre “{touchpoint}” em {date}. Gostaríamos de saber como correu, bem ou mal.',
    aboutUndated: 'É sobre “{touchpoint}”. Gostaríamos de saber como correu, bem ou mal.',
    general: 'É cliente de {organization}. Gostaríamos de saber o que acha de nós, de bom e de mau.',
    reminder:
      'Perguntámos-lhe em {date} e não recebemos resposta. Se preferir não responder, não precisa de fazer nada.',
    nothingSent:
      'Ao escolher um número abre-se uma página curta onde o confirma e pode dizer-nos porquê. Nada é enviado até carregar em Enviar.',
    whatWeDo: 'O que escrever chega às pessoas que o podem mudar.',
    whatWeDoWithReply: 'Se algo correu mal, diga-nos lá. Uma pessoa da nossa equipa responde-lhe, se quiser.',
    answerHere: 'Escolha o seu número e responda aqui:',
    becauseEvent: 'Recebe esta mensagem por causa de “{touchpoint}” com {organization}.',
    becauseCustomer: 'Recebe esta mensagem porque é cliente de {organization}.',
    becauseConsent: 'Recebe esta mensagem porque aceitou perguntas de {organization}.',
    atMost: 'Perguntamos no máximo uma vez em {days} dias.',
    choices: 'Escolher o que lhe perguntamos',
    stop: 'Parar inquéritos',
    use: 'Como usamos a sua resposta',
    plainLink: 'Os números não funcionam? Abra {url}',
    team: 'A sua equipa de {organization}',
    test: 'Esta é uma mensagem de teste. As respostas não são contadas.',
  },
  ar: {
    subjectAfter: '{touchpoint}: كيف كانت التجربة؟',
    subject: 'سؤال واحد عن {organization}',
    reminderSubject: 'تذكير: {subject}',
    testSubject: 'اختبار: {subject}',
    preview: 'سؤال واحد وضغطة واحدة. يهمّنا الجيد والسيئ.',
    hello: 'مرحبًا {name}،',
    helloNobody: 'مرحبًا،',
    about: 'الموضوع هو «{touchpoint}» بتاريخ {date}. نود أن نعرف كيف سار الأمر، جيدًا كان أم سيئًا.',
    aboutUndated: 'الموضوع هو «{touchpoint}». نود أن نعرف كيف سار الأمر، جيدًا كان أم سيئًا.',
    general: 'أنت من عملاء {organization}. نود أن نعرف رأيك فينا، جيدًا كان أم سيئًا.',
    reminder: 'سألناك بتاريخ {date} ولم يصلنا رد. إن كنت تفضّل عدم الإجابة فلا يلزمك فعل أي شيء.',
    nothingSent: 'عند اختيار رقم تُفتح صفحة قصيرة تؤكد فيها اختيارك ويمكنك ذكر السبب. لا يُرسَل شيء قبل أن تضغط «إرسال».',
    whatWeDo: 'ما تكتبه يصل إلى من يستطيعون تغييره.',
    whatWeDoWithReply: 'إن حدث خطأ ما فأخبرنا هناك. سيكتب إليك شخص من فريقنا إن رغبت في ذلك.',
    answerHere: 'اختر رقمك وأجب هنا:',
    becauseEvent: 'تصلك هذه الرسالة بسبب «{touchpoint}» لدى {organization}.',
    becauseCustomer: 'تصلك هذه الرسالة لأنك من عملاء {organization}.',
    becauseConsent: 'تصلك هذه الرسالة لأنك وافقت على تلقي أسئلة من {organization}.',
    atMost: 'نسأل مرة واحدة على الأكثر كل {days} يومًا.',
    choices: 'اختر ما نسألك عنه',
    stop: 'إيقاف الاستطلاعات',
    use: 'كيف نستخدم إجابتك',
    plainLink: 'الأرقام لا تعمل؟ افتح {url}',
    team: 'فريقك في {organization}',
    test: 'هذه رسالة اختبار. لا تُحتسب الإجابات عليها.',
  },
};
