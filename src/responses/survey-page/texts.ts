import type { Texts } from '../../platform/public-page/index.js';

export type SurveyKey =
  | 'title'
  | 'about'
  | 'aboutUndated'
  | 'picked'
  | 'chooseScore'
  | 'answerThis'
  | 'tooLong'
  | 'send'
  | 'sendChange'
  | 'test'
  | 'tooManyTitle'
  | 'tooMany'
  | 'answeredBefore'
  | 'changing'
  | 'thanks'
  | 'thanksText'
  | 'thanksTest'
  | 'promise'
  | 'noContact'
  | 'change'
  | 'withdraw'
  | 'toChoices'
  | 'yourAnswer'
  | 'answeredOn'
  | 'contactYes'
  | 'contactNo'
  | 'withdrawTitle'
  | 'withdrawText'
  | 'keep'
  | 'withdrawnTitle'
  | 'withdrawnText'
  | 'use'
  | 'choices'
  | 'trap'
  | 'sendNext'
  | 'back'
  | 'goOn'
  | 'saved'
  | 'atMost'
  | 'otherWords'
  | 'closedTitle'
  | 'closedText'
  | 'fullTitle'
  | 'fullText';

export const SURVEY_TEXTS: Texts<SurveyKey> = {
  en: {
    title: 'Your answer',
    about: 'About “{touchpoint}” on {date}',
    aboutUndated: 'About “{touchpoint}”',
    picked: 'You picked {score} in the email. Change it here if you like, then press “Send my answer”.',
    chooseScore: 'Choose a number from {min} to {max}',
    answerThis: 'Answer this question: {question}',
    tooLong: 'Use at most {max, number} characters',
    send: 'Send my answer',
    sendChange: 'Send my changed answer',
    test: 'This is a test. Answers sent here are not stored.',
    tooManyTitle: 'Your answer is not sent yet',
    tooMany:
      'It came too soon after others. Everything you wrote is still here: wait {seconds, plural, one {# second} other {# seconds}}, then send it again.',
    answeredBefore:
      'You have answered before. What you see here replaces your earlier answer when you press “Send my changed answer”.',
    changing: 'You answered on {date}. What you send now replaces that.',
    thanks: 'Thank you',
    thanksText: 'Your answer is with the people who can change things.',
    thanksTest: 'This was a test: nothing was stored.',
    promise: 'Someone will write to you by {date}. You do not need to do anything.',
    noContact: 'We will not contact you about it, as you asked.',
    change: 'Change my answer',
    withdraw: 'Withdraw my answer',
    toChoices: 'See what becomes of it, and choose what we ask you',
    yourAnswer: 'Your answer',
    answeredOn: 'Sent on {date}',
    contactYes: 'We may contact you about it.',
    contactNo: 'We do not contact you about it.',
    withdrawTitle: 'Withdraw your answer?',
    withdrawText: 'What you wrote is deleted, and your number no longer counts. This cannot be undone.',
    keep: 'Keep my answer',
    withdrawnTitle: 'Your answer is withdrawn',
    withdrawnText: 'What you wrote is deleted, and your number does not count.',
    use: 'How we use your answer',
    choices: 'Choose what we ask you, or stop surveys',
    trap: 'Leave this field empty',
    sendNext: 'Send and go on',
    back: 'Back',
    goOn: 'A little more, if you like',
    saved: 'Your score is with us already. You can stop here or go on.',
    atMost: '{max, plural, one {# answer at most} other {# answers at most}}',
    otherWords: '{other}: in your words',
    closedTitle: 'This survey has ended',
    closedText: 'It is closed and takes no more answers. Thank you for wanting to tell us.',
    fullTitle: 'We have enough answers',
    fullText:
      'So many people answered that this survey is full. You do not need to do anything. Thank you for wanting to tell us.',
  },
  de: {
    title: 'Ihre Antwort',
    about: 'Es geht um „{touchpoint}“ am {date}',
    aboutUndated: 'Es geht um „{touchpoint}“',
    picked:
      'Sie haben in der Mail die {score} gewählt. Ändern Sie die Zahl hier, wenn Sie möchten, und drücken Sie dann auf „Antwort senden“.',
    chooseScore: 'Wählen Sie eine Zahl von {min} bis {max}',
    answerThis: 'Beantworten Sie diese Frage: {question}',
    tooLong: 'Schreiben Sie höchstens {max, number} Zeichen',
    send: 'Antwort senden',
    sendChange: 'Geänderte Antwort senden',
    test: 'Das ist ein Test. Antworten von hier werden nicht gespeichert.',
    tooManyTitle: 'Ihre Antwort ist noch nicht gesendet',
    tooMany:
      'Sie kam zu schnell nach anderen. Alles Geschriebene steht noch hier: Warten Sie {seconds, plural, one {# Sekunde} other {# Sekunden}} und senden Sie es dann noch einmal.',
    answeredBefore:
      'Sie haben schon geantwortet. Was hier steht, ersetzt Ihre frühere Antwort, wenn Sie auf „Geänderte Antwort senden“ drücken.',
    changing: 'Sie haben am {date} geantwortet. Was Sie jetzt senden, ersetzt das.',
    thanks: 'Danke',
    thanksText: 'Ihre Antwort ist bei den Menschen, die etwas ändern können.',
    thanksTest: 'Das war ein Test: Es wurde nichts gespeichert.',
    promise: 'Jemand schreibt Ihnen bis {date}. Sie müssen nichts weiter tun.',
    noContact: 'Wir melden uns deswegen nicht bei Ihnen, wie Sie es wünschen.',
    change: 'Antwort ändern',
    withdraw: 'Antwort zurückziehen',
    toChoices: 'Sehen, was daraus wird, und wählen, was wir fragen dürfen',
    yourAnswer: 'Ihre Antwort',
    answeredOn: 'Gesendet am {date}',
    contactYes: 'Wir dürfen uns deswegen bei Ihnen melden.',
    contactNo: 'Wir melden uns deswegen nicht bei Ihnen.',
    withdrawTitle: 'Antwort zurückziehen?',
    withdrawText:
      'Was Sie geschrieben haben, wird gelöscht, und Ihre Zahl zählt nicht mehr. Das lässt sich nicht rückgängig machen.',
    keep: 'Antwort behalten',
    withdrawnTitle: 'Ihre Antwort ist zurückgezogen',
    withdrawnText: 'Was Sie geschrieben haben, ist gelöscht, und Ihre Zahl zählt nicht.',
    use: 'Was mit Ihrer Antwort geschieht',
    choices: 'Wählen, was wir fragen dürfen, oder keine Umfragen mehr',
    trap: 'Lassen Sie dieses Feld leer',
    sendNext: 'Senden und weiter',
    back: 'Zurück',
    goOn: 'Noch etwas mehr, wenn Sie mögen',
    saved: 'Ihre Bewertung ist schon bei uns. Sie können hier aufhören oder weitermachen.',
    atMost: 'Höchstens {max, plural, one {# Antwort} other {# Antworten}}',
    otherWords: '{other}: in Ihren Worten',
    closedTitle: 'Diese Umfrage ist beendet',
    closedText: 'Sie ist geschlossen und nimmt keine Antworten mehr an. Danke, dass Sie antworten wollten.',
    fullTitle: 'Wir haben genug Antworten',
    fullText:
      'So viele haben geantwortet, dass diese Umfrage voll ist. Sie müssen nichts tun. Danke, dass Sie antworten wollten.',
  },
  fr: {
    title: 'Votre réponse',
    about: 'À propos de « {touchpoint} » du {date}',
    aboutUndated: 'À propos de « {touchpoint} »',
    picked:
      'Vous avez choisi {score} dans le message. Changez-le ici si vous voulez, puis appuyez sur « Envoyer ma réponse ».',
    chooseScore: 'Choisissez un chiffre de {min} à {max}',
    answerThis: 'Répondez à cette question : {question}',
    tooLong: 'Écrivez au plus {max, number} caractères',
    send: 'Envoyer ma réponse',
    sendChange: 'Envoyer ma réponse modifiée',
    test: 'Ceci est un test. Les réponses envoyées ici ne sont pas enregistrées.',
    tooManyTitle: 'Votre réponse n’est pas encore envoyée',
    tooMany:
      'Elle est arrivée trop vite après d’autres. Tout ce que vous avez écrit est encore là : attendez {seconds, plural, one {# seconde} other {# secondes}}, puis envoyez-la de nouveau.',
    answeredBefore:
      'Vous avez déjà répondu. Ce que vous voyez ici remplace votre première réponse quand vous appuyez sur « Envoyer ma réponse modifiée ».',
    changing: 'Vous avez répondu le {date}. Ce que vous envoyez maintenant remplace cette réponse.',
    thanks: 'Merci',
    thanksText: 'Votre réponse est chez les personnes qui peuvent changer les choses.',
    thanksTest: 'C’était un test : rien n’a été enregistré.',
    promise: 'Quelqu’un vous écrira d’ici {date}. Vous n’avez rien à faire.',
    noContact: 'Nous ne vous contacterons pas à ce sujet, comme vous le souhaitez.',
    change: 'Modifier ma réponse',
    withdraw: 'Retirer ma réponse',
    toChoices: 'Voir ce qu’elle devient et choisir ce que nous vous demandons',
    yourAnswer: 'Votre réponse',
    answeredOn: 'Envoyée le {date}',
    contactYes: 'Nous pouvons vous contacter à ce sujet.',
    contactNo: 'Nous ne vous contactons pas à ce sujet.',
    withdrawTitle: 'Retirer votre réponse ?',
    withdrawText: 'Ce que vous avez écrit est supprimé et votre note ne compte plus. C’est définitif.',
    keep: 'Garder ma réponse',
    withdrawnTitle: 'Votre réponse est retirée',
    withdrawnText: 'Ce que vous avez écrit est supprimé et votre note ne compte pas.',
    use: 'Ce que nous faisons de votre réponse',
    choices: 'Choisir ce que nous vous demandons, ou ne plus recevoir d’enquêtes',
    trap: 'Laissez ce champ vide',
    sendNext: 'Envoyer et continuer',
    back: 'Retour',
    goOn: 'Encore un peu, si vous voulez',
    saved: 'Votre note nous est déjà parvenue. Vous pouvez vous arrêter ici ou continuer.',
    atMost: '{max, plural, one {# réponse au plus} other {# réponses au plus}}',
    otherWords: '{other} : avec vos mots',
    closedTitle: 'Cette enquête est terminée',
    closedText: 'Elle est close et ne prend plus de réponses. Merci d’avoir voulu répondre.',
    fullTitle: 'Nous avons assez de réponses',
    fullText:
      'Tant de personnes ont répondu que cette enquête est complète. Vous n’avez rien à faire. Merci d’avoir voulu répondre.',
  },
  es: {
    title: 'Su respuesta',
    about: 'Sobre «{touchpoint}» del {date}',
    aboutUndated: 'Sobre «{touchpoint}»',
    picked: 'Eligió el {score} en el correo. Cámbielo aquí si quiere y después pulse «Enviar mi respuesta».',
    chooseScore: 'Elija un número del {min} al {max}',
    answerThis: 'Responda a esta pregunta: {question}',
    tooLong: 'Escriba como máximo {max, number} caracteres',
    send: 'Enviar mi respuesta',
    sendChange: 'Enviar mi respuesta cambiada',
    test: 'Esto es una prueba. Las respuestas enviadas aquí no se guardan.',
    tooManyTitle: 'Su respuesta aún no se ha enviado',
    tooMany:
      'Llegó demasiado pronto después de otras. Todo lo que escribió sigue aquí: espere {seconds, plural, one {# segundo} other {# segundos}} y envíela otra vez.',
    answeredBefore:
      'Ya había respondido. Lo que ve aquí sustituye su respuesta anterior cuando pulse «Enviar mi respuesta cambiada».',
    changing: 'Respondió el {date}. Lo que envíe ahora lo sustituye.',
    thanks: 'Gracias',
    thanksText: 'Su respuesta está con las personas que pueden cambiar las cosas.',
    thanksTest: 'Era una prueba: no se guardó nada.',
    promise: 'Alguien le escribirá antes del {date}. No tiene que hacer nada.',
    noContact: 'No le contactaremos por esto, como usted pidió.',
    change: 'Cambiar mi respuesta',
    withdraw: 'Retirar mi respuesta',
    toChoices: 'Ver qué pasa con ella y elegir qué le preguntamos',
    yourAnswer: 'Su respuesta',
    answeredOn: 'Enviada el {date}',
    contactYes: 'Podemos contactar con usted por esto.',
    contactNo: 'No le contactamos por esto.',
    withdrawTitle: '¿Retirar su respuesta?',
    withdrawText: 'Lo que escribió se borra y su nota deja de contar. No se puede deshacer.',
    keep: 'Conservar mi respuesta',
    withdrawnTitle: 'Su respuesta está retirada',
    withdrawnText: 'Lo que escribió está borrado y su nota no cuenta.',
    use: 'Cómo usamos su respuesta',
    choices: 'Elegir qué le preguntamos o no recibir más encuestas',
    trap: 'Deje este campo vacío',
    sendNext: 'Enviar y seguir',
    back: 'Atrás',
    goOn: 'Un poco más, si quiere',
    saved: 'Su puntuación ya nos ha llegado. Puede parar aquí o seguir.',
    atMost: '{max, plural, one {# respuesta como máximo} other {# respuestas como máximo}}',
    otherWords: '{other}: con sus palabras',
    closedTitle: 'Esta encuesta ha terminado',
    closedText: 'Está cerrada y no admite más respuestas. Gracias por querer responder.',
    fullTitle: 'Tenemos suficientes respuestas',
    fullText:
      'Ha respondido tanta gente que esta encuesta está completa. No tiene que hacer nada. Gracias por querer responder.',
  },
  pt: {
    title: 'A sua resposta',
    about: 'Sobre “{touchpoint}” em {date}',
    aboutUndated: 'Sobre “{touchpoint}”',
    picked: 'Escolheu {score} no e-mail. Mude aqui se quiser e depois carregue em “Enviar a minha resposta”.',
    chooseScore: 'Escolha um número de {min} a {max}',
    answerThis: 'Responda a esta pergunta: {question}',
    tooLong: 'Escreva no máximo {max, number} caracteres',
    send: 'Enviar a minha resposta',
    sendChange: 'Enviar a resposta alterada',
    test: 'Isto é um teste. As respostas enviadas aqui não são guardadas.',
    tooManyTitle: 'A sua resposta ainda não foi enviada',
    tooMany:
      'Chegou demasiado depressa depois de outras. Tudo o que escreveu continua aqui: espere {seconds, plural, one {# segundo} other {# segundos}} e envie de novo.',
    answeredBefore:
      'Já tinha respondido. O que vê aqui substitui a resposta anterior quando carregar em “Enviar a resposta alterada”.',
    changing: 'Respondeu em {date}. O que enviar agora substitui essa resposta.',
    thanks: 'Obrigado',
    thanksText: 'A sua resposta está com as pessoas que podem mudar as coisas.',
    thanksTest: 'Foi um teste: nada foi guardado.',
    promise: 'Alguém lhe escreve até {date}. Não precisa de fazer nada.',
    noContact: 'Não o contactamos por causa disto, como pediu.',
    change: 'Alterar a minha resposta',
    withdraw: 'Retirar a minha resposta',
    toChoices: 'Ver o que acontece com ela e escolher o que lhe perguntamos',
    yourAnswer: 'A sua resposta',
    answeredOn: 'Enviada em {date}',
    contactYes: 'Podemos contactá-lo sobre isto.',
    contactNo: 'Não o contactamos sobre isto.',
    withdrawTitle: 'Retirar a sua resposta?',
    withdrawText: 'O que escreveu é apagado e a sua nota deixa de contar. Não é possível desfazer.',
    keep: 'Manter a minha resposta',
    withdrawnTitle: 'A sua resposta foi retirada',
    withdrawnText: 'O que escreveu foi apagado e a sua nota não conta.',
    use: 'Como usamos a sua resposta',
    choices: 'Escolher o que lhe perguntamos ou parar inquéritos',
    trap: 'Deixe este campo vazio',
    sendNext: 'Enviar e continuar',
    back: 'Voltar',
    goOn: 'Mais um pouco, se quiser',
    saved: 'A sua nota já está connosco. Pode parar aqui ou continuar.',
    atMost: '{max, plural, one {# resposta no máximo} other {# respostas no máximo}}',
    otherWords: '{other}: nas suas palavras',
    closedTitle: 'Este inquérito terminou',
    closedText: 'Está fechado e já não aceita respostas. Obrigado por querer responder.',
    fullTitle: 'Temos respostas suficientes',
    fullText:
      'Responderam tantas pessoas que este inquérito está completo. Não precisa de fazer nada. Obrigado por querer responder.',
  },
  ar: {
    title: 'إجابتك',
    about: 'بخصوص «{touchpoint}» بتاريخ {date}',
    aboutUndated: 'بخصوص «{touchpoint}»',
    picked: 'اخترت {score} في الرسالة. غيّر الرقم هنا إن أردت، ثم اضغط «إرسال إجابتي».',
    chooseScore: 'اختر رقمًا من {min} إلى {max}',
    answerThis: 'أجب عن هذا السؤال: {question}',
    tooLong: 'اكتب {max, number} حرف على الأكثر',
    send: 'إرسال إجابتي',
    sendChange: 'إرسال إجابتي المعدّلة',
    test: 'هذا اختبار. الإجابات المرسلة هنا لا تُحفظ.',
    tooManyTitle: 'لم تُرسَل إجابتك بعد',
    tooMany:
      'وصلت سريعًا جدًا بعد إجابات أخرى. كل ما كتبته ما زال هنا: انتظر {seconds, plural, one {ثانية واحدة} two {ثانيتين} few {# ثوانٍ} many {# ثانية} other {# ثانية}} ثم أرسلها مرة أخرى.',
    answeredBefore: 'لقد أجبت من قبل. ما تراه هنا يحل محل إجابتك السابقة عندما تضغط «إرسال إجابتي المعدّلة».',
    changing: 'أجبت بتاريخ {date}. ما ترسله الآن يحل محل ذلك.',
    thanks: 'شكرًا لك',
    thanksText: 'وصلت إجابتك إلى من يستطيعون تغيير الأمور.',
    thanksTest: 'كان هذا اختبارًا: لم يُحفظ شيء.',
    promise: 'سيكتب إليك شخص في موعد أقصاه {date}. لا يلزمك فعل أي شيء.',
    noContact: 'لن نتواصل معك بشأن ذلك، كما طلبت.',
    change: 'تعديل إجابتي',
    withdraw: 'سحب إجابتي',
    toChoices: 'اطّلع على ما يحدث لها واختر ما نسألك عنه',
    yourAnswer: 'إجابتك',
    answeredOn: 'أُرسلت بتاريخ {date}',
    contactYes: 'يمكننا التواصل معك بشأنها.',
    contactNo: 'لا نتواصل معك بشأنها.',
    withdrawTitle: 'هل تريد سحب إجابتك؟',
    withdrawText: 'يُحذف ما كتبته ولا يُحتسب رقمك بعد ذلك. لا يمكن التراجع عن هذا.',
    keep: 'الاحتفاظ بإجابتي',
    withdrawnTitle: 'سُحبت إجابتك',
    withdrawnText: 'حُذف ما كتبته، ولا يُحتسب رقمك.',
    use: 'كيف نستخدم إجابتك',
    choices: 'اختر ما نسألك عنه أو أوقف الاستطلاعات',
    trap: 'اترك هذا الحقل فارغًا',
    sendNext: 'إرسال ومتابعة',
    back: 'رجوع',
    goOn: 'القليل بعد، إن أردت',
    saved: 'وصلنا تقييمك بالفعل. يمكنك التوقف هنا أو المتابعة.',
    atMost:
      '{max, plural, one {إجابة واحدة على الأكثر} two {إجابتان على الأكثر} few {# إجابات على الأكثر} other {# إجابة على الأكثر}}',
    otherWords: '{other}: بكلماتك',
    closedTitle: 'انتهى هذا الاستطلاع',
    closedText: 'أُغلق ولم يعد يستقبل إجابات. شكرًا لرغبتك في إخبارنا.',
    fullTitle: 'لدينا ما يكفي من الإجابات',
    fullText: 'أجاب عدد كبير من الناس فاكتمل هذا الاستطلاع. لا يلزمك فعل أي شيء. شكرًا لرغبتك في إخبارنا.',
  },
};
