import type { Texts } from '../../platform/public-page/index.js';

export type MyKey =
  | 'title'
  | 'forAddress'
  | 'youSaid'
  | 'asked'
  | 'answerNow'
  | 'withdrawn'
  | 'counted'
  | 'received'
  | 'in_work'
  | 'waiting'
  | 'resolved'
  | 'confirmed'
  | 'closed'
  | 'whatWeDid'
  | 'follow'
  | 'change'
  | 'withdraw'
  | 'choicesTitle'
  | 'feedback'
  | 'feedbackHint'
  | 'feedbackOften'
  | 'kindRelationship'
  | 'kindTransactional'
  | 'often'
  | 'oftenPolicy'
  | 'often90'
  | 'often180'
  | 'often365'
  | 'follow_up'
  | 'follow_upHint'
  | 'testimonial'
  | 'testimonialHint'
  | 'council'
  | 'councilHint'
  | 'save'
  | 'stopAll'
  | 'still'
  | 'bounced'
  | 'saved'
  | 'stopped'
  | 'allTitle'
  | 'allText'
  | 'allNoAddress'
  | 'sendLink'
  | 'linkSent'
  | 'tooMany'
  | 'use'
  | 'openTitle'
  | 'openText'
  | 'openButton'
  | 'usedTitle'
  | 'usedText'
  | 'fullTitle'
  | 'name'
  | 'email'
  | 'phone'
  | 'number'
  | 'history'
  | 'newest'
  | 'h_customer'
  | 'h_event'
  | 'h_asked'
  | 'h_not_asked'
  | 'h_answered'
  | 'h_withdrawn'
  | 'h_allowed'
  | 'h_refused'
  | 'h_message'
  | 'h_case'
  | 'h_told'
  | 'download'
  | 'downloadText'
  | 'deleteTitle'
  | 'deleteText'
  | 'understand'
  | 'confirm'
  | 'deleteButton'
  | 'deletedTitle'
  | 'deletedText'
  | 'mailSubject'
  | 'mailPreview'
  | 'mailText'
  | 'mailNot';

export const MY_TEXTS: Texts<MyKey> = {
  en: {
    title: 'What you told us, and what became of it',
    forAddress: '{organization}, for {address}',
    youSaid: 'You told us on {date}',
    asked: 'We asked you on {date}. You have not answered.',
    answerNow: 'Answer now',
    withdrawn: 'You withdrew this answer. What you wrote is deleted.',
    counted: 'Your answer is counted and is with the people who can change things.',
    received: 'A person has your answer.',
    in_work: 'It is being worked on.',
    waiting: 'We wrote to you and wait for your reply.',
    resolved: 'We have dealt with it. Tell us whether it helped.',
    confirmed: 'You told us that it is fixed.',
    closed: 'We have dealt with it.',
    whatWeDid: 'What we did',
    follow: 'Follow it',
    change: 'Change my answer',
    withdraw: 'Withdraw my answer',
    choicesTitle: 'What we may ask and keep',
    feedback: 'Ask me how it went',
    feedbackHint: 'By email.',
    feedbackOften: 'By email, at most once in {days, plural, one {# day} other {# days}}.',
    kindRelationship: 'Surveys now and then about everything',
    kindTransactional: 'Surveys after something that happened, such as a delivery',
    often: 'Ask me at most',
    oftenPolicy: 'As often as you like, within your own limits',
    often90: 'Every 3 months',
    often180: 'Twice a year',
    often365: 'Once a year',
    follow_up: 'Write to me about what I told you',
    follow_upHint: 'By email, when somebody did something about it.',
    testimonial: 'Ask me whether my words may be quoted',
    testimonialHint: 'Nothing is published without your yes.',
    council: 'Ask me to join a group of customers who advise',
    councilHint: 'You can say no each time.',
    save: 'Save my choices',
    stopAll: 'Stop all surveys',
    still:
      'Other messages, such as bills, are not affected. If you asked us to write back about something, we still do.',
    bounced: 'Mail to this address came back, so nothing is sent to it for now.',
    saved: 'Your choices are saved.',
    stopped: 'You will get no more surveys.',
    allTitle: 'Everything we hold about you',
    allText:
      'We send a link to {address}. It works once, for one hour, and shows your whole history. There you can download or delete it.',
    allNoAddress: 'There is no email address on file that a link could be sent to.',
    sendLink: 'Send me the link',
    linkSent: 'We have sent a link to {address}. It works once, for one hour.',
    tooMany: 'That was too often. Nothing is lost: try again in {minutes, plural, one {# minute} other {# minutes}}.',
    use: 'How we use your answers',
    openTitle: 'Everything we hold about you',
    openText: 'This link works once. What it opens can be downloaded or deleted for 30 minutes.',
    openButton: 'Show everything',
    usedTitle: 'This link does not work any more',
    usedText:
      'Such a link works once, for one hour. You can have a new one sent from the page that your mails link to.',
    fullTitle: 'Everything we hold about you',
    name: 'Name',
    email: 'Email',
    phone: 'Phone',
    number: 'Customer number',
    history: 'History',
    newest: 'These are the newest {count, number} entries. The download has all of them.',
    h_customer: 'You became known to us',
    h_event: 'Something happened: {what}',
    h_asked: 'We asked you',
    h_not_asked: 'We did not ask you',
    h_answered: 'You answered {score}',
    h_withdrawn: 'You withdrew an answer',
    h_allowed: 'You said yes: {what}',
    h_refused: 'You said no: {what}',
    h_message: 'A message about what you told us',
    h_case: 'Something was done about what you told us',
    h_told: 'We told you what changed',
    download: 'Download everything (JSON)',
    downloadText: 'A file that programs can read too.',
    deleteTitle: 'Delete everything',
    deleteText:
      'Your name, addresses, answers and history are deleted. Scores stay in our totals, without whose they were. You will get no more surveys.',
    understand: 'I understand that this cannot be undone',
    confirm: 'Tick the box to confirm',
    deleteButton: 'Delete everything about me',
    deletedTitle: 'Everything about you is deleted',
    deletedText: 'Only a coded form of your address stays, so that we do not write to it again.',
    mailSubject: 'Your link to everything {organization} holds about you',
    mailPreview: 'It works once, for one hour.',
    mailText:
      'You asked to see everything we hold about you. This link shows it; there you can download or delete it. It works once, for one hour.',
    mailNot: 'If you did not ask for this, you need not do anything. Nobody sees your data without this mail.',
  },
  de: {
    title: 'Was Sie uns gesagt haben und was daraus wurde',
    forAddress: '{organization}, für {address}',
    youSaid: 'Das haben Sie uns am {date} gesagt',
    asked: 'Wir haben Sie am {date} gefragt. Sie haben nicht geantwortet.',
    answerNow: 'Jetzt antworten',
    withdrawn: 'Sie haben diese Antwort zurückgezogen. Was Sie geschrieben haben, ist gelöscht.',
    counted: 'Ihre Antwort zählt und ist bei den Menschen, die etwas ändern können.',
    received: 'Ein Mensch hat Ihre Antwort.',
    in_work: 'Es wird daran gearbeitet.',
    waiting: 'Wir haben Ihnen geschrieben und warten auf Ihre Antwort.',
    resolved: 'Wir haben uns darum gekümmert. Sagen Sie uns, ob es geholfen hat.',
    confirmed: 'Sie haben uns gesagt, dass es gelöst ist.',
    closed: 'Wir haben uns darum gekümmert.',
    whatWeDid: 'Was wir getan haben',
    follow: 'Verfolgen',
    change: 'Antwort ändern',
    withdraw: 'Antwort zurückziehen',
    choicesTitle: 'Was wir fragen und behalten dürfen',
    feedback: 'Fragen Sie mich, wie es war',
    feedbackHint: 'Per E-Mail.',
    feedbackOften: 'Per E-Mail, höchstens einmal in {days, plural, one {# Tag} other {# Tagen}}.',
    kindRelationship: 'Umfragen ab und zu über alles',
    kindTransactional: 'Umfragen nach einem Erlebnis, etwa einer Lieferung',
    often: 'Fragen Sie mich höchstens',
    oftenPolicy: 'So oft, wie Ihre eigenen Grenzen es erlauben',
    often90: 'Alle 3 Monate',
    often180: 'Zweimal im Jahr',
    often365: 'Einmal im Jahr',
    follow_up: 'Schreiben Sie mir zu dem, was ich gesagt habe',
    follow_upHint: 'Per E-Mail, wenn jemand etwas getan hat.',
    testimonial: 'Fragen Sie mich, ob meine Worte zitiert werden dürfen',
    testimonialHint: 'Ohne Ihr Ja wird nichts veröffentlicht.',
    council: 'Laden Sie mich in eine Gruppe von Kunden ein, die berät',
    councilHint: 'Sie können jedes Mal Nein sagen.',
    save: 'Auswahl speichern',
    stopAll: 'Keine Umfragen mehr',
    still:
      'Andere Nachrichten, etwa Rechnungen, bleiben davon unberührt. Wenn Sie um eine Rückmeldung gebeten haben, bekommen Sie diese trotzdem.',
    bounced: 'Mails an diese Adresse kamen zurück. Deshalb wird vorerst nichts dorthin gesendet.',
    saved: 'Ihre Auswahl ist gespeichert.',
    stopped: 'Sie bekommen keine Umfragen mehr.',
    allTitle: 'Alles, was wir über Sie gespeichert haben',
    allText:
      'Wir senden einen Link an {address}. Er funktioniert einmal, eine Stunde lang, und zeigt alles. Dort können Sie es herunterladen oder löschen.',
    allNoAddress: 'Es ist keine E-Mail-Adresse hinterlegt, an die ein Link gehen könnte.',
    sendLink: 'Link senden',
    linkSent: 'Wir haben einen Link an {address} gesendet. Er funktioniert einmal, eine Stunde lang.',
    tooMany:
      'Das war zu oft. Nichts ist verloren: Versuchen Sie es in {minutes, plural, one {# Minute} other {# Minuten}} noch einmal.',
    use: 'Was mit Ihren Antworten geschieht',
    openTitle: 'Alles, was wir über Sie gespeichert haben',
    openText: 'Dieser Link funktioniert einmal. Danach können Sie 30 Minuten lang alles herunterladen oder löschen.',
    openButton: 'Alles zeigen',
    usedTitle: 'Dieser Link funktioniert nicht mehr',
    usedText:
      'Ein solcher Link funktioniert einmal, eine Stunde lang. Auf der Seite, auf die Ihre Mails verweisen, bekommen Sie einen neuen.',
    fullTitle: 'Alles, was wir über Sie gespeichert haben',
    name: 'Name',
    email: 'E-Mail',
    phone: 'Telefon',
    number: 'Kundennummer',
    history: 'Verlauf',
    newest: 'Das sind die neuesten {count, number} Einträge. In der Datei stehen alle.',
    h_customer: 'Wir haben Sie kennengelernt',
    h_event: 'Es ist etwas geschehen: {what}',
    h_asked: 'Wir haben Sie gefragt',
    h_not_asked: 'Wir haben Sie nicht gefragt',
    h_answered: 'Sie haben mit {score} geantwortet',
    h_withdrawn: 'Sie haben eine Antwort zurückgezogen',
    h_allowed: 'Sie haben Ja gesagt: {what}',
    h_refused: 'Sie haben Nein gesagt: {what}',
    h_message: 'Eine Nachricht zu dem, was Sie uns gesagt haben',
    h_case: 'Es geschah etwas zu dem, was Sie uns gesagt haben',
    h_told: 'Wir haben Ihnen gesagt, was sich geändert hat',
    download: 'Alles herunterladen (JSON)',
    downloadText: 'Eine Datei, die auch Programme lesen können.',
    deleteTitle: 'Alles löschen',
    deleteText:
      'Ihr Name, Ihre Adressen, Antworten und Ihr Verlauf werden gelöscht. Zahlen bleiben in unseren Summen, ohne dass man weiß, von wem. Sie bekommen keine Umfragen mehr.',
    understand: 'Mir ist klar, dass sich das nicht rückgängig machen lässt',
    confirm: 'Setzen Sie das Häkchen, um zu bestätigen',
    deleteButton: 'Alles über mich löschen',
    deletedTitle: 'Alles über Sie ist gelöscht',
    deletedText: 'Nur eine verschlüsselte Form Ihrer Adresse bleibt, damit wir Ihnen nicht wieder schreiben.',
    mailSubject: 'Ihr Link zu allem, was {organization} über Sie gespeichert hat',
    mailPreview: 'Er funktioniert einmal, eine Stunde lang.',
    mailText:
      'Sie möchten alles sehen, was wir über Sie gespeichert haben. Dieser Link zeigt es; dort können Sie es herunterladen oder löschen. Er funktioniert einmal, eine Stunde lang.',
    mailNot:
      'Wenn Sie das nicht wollten, müssen Sie nichts tun. Ohne diese Mail sieht niemand, was über Sie gespeichert ist.',
  },
  fr: {
    title: 'Ce que vous nous avez dit, et ce qui en est résulté',
    forAddress: '{organization}, pour {address}',
    youSaid: 'Vous nous avez dit le {date}',
    asked: 'Nous vous avons interrogé le {date}. Vous n’avez pas répondu.',
    answerNow: 'Répondre maintenant',
    withdrawn: 'Vous avez retiré cette réponse. Ce que vous avez écrit est supprimé.',
    counted: 'Votre réponse compte et se trouve chez les personnes qui peuvent changer les choses.',
    received: 'Une personne a votre réponse.',
    in_work: 'Nous y travaillons.',
    waiting: 'Nous vous avons écrit et attendons votre réponse.',
    resolved: 'Nous nous en sommes occupés. Dites-nous si cela a aidé.',
    confirmed: 'Vous nous avez dit que c’est réglé.',
    closed: 'Nous nous en sommes occupés.',
    whatWeDid: 'Ce que nous avons fait',
    follow: 'Suivre',
    change: 'Modifier ma réponse',
    withdraw: 'Retirer ma réponse',
    choicesTitle: 'Ce que nous pouvons demander et garder',
    feedback: 'Me demander comment cela s’est passé',
    feedbackHint: 'Par e-mail.',
    feedbackOften: 'Par e-mail, au plus une fois en {days, plural, one {# jour} other {# jours}}.',
    kindRelationship: 'Des enquêtes de temps en temps sur l’ensemble',
    kindTransactional: 'Des enquêtes après un moment vécu, comme une livraison',
    often: 'Demandez-moi au plus',
    oftenPolicy: 'Aussi souvent que vos propres limites le permettent',
    often90: 'Tous les 3 mois',
    often180: 'Deux fois par an',
    often365: 'Une fois par an',
    follow_up: 'M’écrire à propos de ce que j’ai dit',
    follow_upHint: 'Par e-mail, quand quelqu’un a fait quelque chose.',
    testimonial: 'Me demander si mes paroles peuvent être citées',
    testimonialHint: 'Rien n’est publié sans votre accord.',
    council: 'M’inviter dans un groupe de clients qui conseille',
    councilHint: 'Vous pouvez dire non à chaque fois.',
    save: 'Enregistrer mes choix',
    stopAll: 'Arrêter toutes les enquêtes',
    still:
      'Les autres messages, comme les factures, ne changent pas. Si vous nous avez demandé de vous répondre, nous le faisons toujours.',
    bounced: 'Les messages à cette adresse sont revenus ; rien n’y est envoyé pour l’instant.',
    saved: 'Vos choix sont enregistrés.',
    stopped: 'Vous ne recevrez plus d’enquêtes.',
    allTitle: 'Tout ce que nous gardons sur vous',
    allText:
      'Nous envoyons un lien à {address}. Il fonctionne une fois, pendant une heure, et montre tout votre historique. Vous pourrez le télécharger ou le supprimer.',
    allNoAddress: 'Aucune adresse e-mail n’est enregistrée pour envoyer un lien.',
    sendLink: 'M’envoyer le lien',
    linkSent: 'Nous avons envoyé un lien à {address}. Il fonctionne une fois, pendant une heure.',
    tooMany:
      'C’était trop souvent. Rien n’est perdu : réessayez dans {minutes, plural, one {# minute} other {# minutes}}.',
    use: 'Ce que nous faisons de vos réponses',
    openTitle: 'Tout ce que nous gardons sur vous',
    openText: 'Ce lien fonctionne une fois. Ce qu’il ouvre peut être téléchargé ou supprimé pendant 30 minutes.',
    openButton: 'Tout montrer',
    usedTitle: 'Ce lien ne fonctionne plus',
    usedText:
      'Un tel lien fonctionne une fois, pendant une heure. Vous pouvez en demander un autre sur la page indiquée dans nos messages.',
    fullTitle: 'Tout ce que nous gardons sur vous',
    name: 'Nom',
    email: 'E-mail',
    phone: 'Téléphone',
    number: 'Numéro de client',
    history: 'Historique',
    newest: 'Voici les {count, number} éléments les plus récents. Le fichier les contient tous.',
    h_customer: 'Nous avons fait votre connaissance',
    h_event: 'Il s’est passé quelque chose : {what}',
    h_asked: 'Nous vous avons interrogé',
    h_not_asked: 'Nous ne vous avons pas interrogé',
    h_answered: 'Vous avez répondu {score}',
    h_withdrawn: 'Vous avez retiré une réponse',
    h_allowed: 'Vous avez dit oui : {what}',
    h_refused: 'Vous avez dit non : {what}',
    h_message: 'Un message sur ce que vous nous avez dit',
    h_case: 'Quelque chose a été fait pour ce que vous nous avez dit',
    h_told: 'Nous vous avons dit ce qui a changé',
    download: 'Tout télécharger (JSON)',
    downloadText: 'Un fichier que les programmes peuvent lire aussi.',
    deleteTitle: 'Tout supprimer',
    deleteText:
      'Votre nom, vos adresses, vos réponses et votre historique sont supprimés. Les notes restent dans nos totaux, sans qu’on sache de qui elles viennent. Vous ne recevrez plus d’enquêtes.',
    understand: 'Je comprends que c’est définitif',
    confirm: 'Cochez la case pour confirmer',
    deleteButton: 'Supprimer tout ce qui me concerne',
    deletedTitle: 'Tout ce qui vous concerne est supprimé',
    deletedText: 'Seule une forme codée de votre adresse reste, pour que nous ne vous écrivions plus.',
    mailSubject: 'Votre lien vers tout ce que {organization} garde sur vous',
    mailPreview: 'Il fonctionne une fois, pendant une heure.',
    mailText:
      'Vous avez demandé à voir tout ce que nous gardons sur vous. Ce lien le montre ; vous pourrez le télécharger ou le supprimer. Il fonctionne une fois, pendant une heure.',
    mailNot: 'Si vous n’avez rien demandé, vous n’avez rien à faire. Personne ne voit vos données sans ce message.',
  },
  es: {
    title: 'Lo que nos dijo y qué pasó con ello',
    forAddress: '{organization}, para {address}',
    youSaid: 'Nos dijo el {date}',
    asked: 'Le preguntamos el {date}. No ha respondido.',
    answerNow: 'Responder ahora',
    withdrawn: 'Retiró esta respuesta. Lo que escribió está borrado.',
    counted: 'Su respuesta cuenta y está con las personas que pueden cambiar las cosas.',
    received: 'Una persona tiene su respuesta.',
    in_work: 'Se está trabajando en ello.',
    waiting: 'Le escribimos y esperamos su respuesta.',
    resolved: 'Nos hemos ocupado de ello. Díganos si ha servido.',
    confirmed: 'Nos dijo que está resuelto.',
    closed: 'Nos hemos ocupado de ello.',
    whatWeDid: 'Lo que hicimos',
    follow: 'Seguirlo',
    change: 'Cambiar mi respuesta',
    withdraw: 'Retirar mi respuesta',
    choicesTitle: 'Qué podemos preguntar y guardar',
    feedback: 'Preguntarme cómo fue',
    feedbackHint: 'Por correo.',
    feedbackOften: 'Por correo, como máximo una vez cada {days, plural, one {# día} other {# días}}.',
    kindRelationship: 'Encuestas de vez en cuando sobre todo',
    kindTransactional: 'Encuestas después de algo que ocurrió, como una entrega',
    often: 'Pregúntenme como máximo',
    oftenPolicy: 'Con la frecuencia que permitan sus propios límites',
    often90: 'Cada 3 meses',
    often180: 'Dos veces al año',
    often365: 'Una vez al año',
    follow_up: 'Escribirme sobre lo que dije',
    follow_upHint: 'Por correo, cuando alguien haya hecho algo.',
    testimonial: 'Preguntarme si se pueden citar mis palabras',
    testimonialHint: 'No se publica nada sin su sí.',
    council: 'Invitarme a un grupo de clientes que asesora',
    councilHint: 'Puede decir que no cada vez.',
    save: 'Guardar mis elecciones',
    stopAll: 'Parar todas las encuestas',
    still:
      'Otros mensajes, como las facturas, no cambian. Si nos pidió que le respondiéramos sobre algo, lo haremos igualmente.',
    bounced: 'El correo a esta dirección volvió; por ahora no se envía nada allí.',
    saved: 'Sus elecciones están guardadas.',
    stopped: 'No recibirá más encuestas.',
    allTitle: 'Todo lo que guardamos sobre usted',
    allText:
      'Enviamos un enlace a {address}. Funciona una vez, durante una hora, y muestra todo su historial. Allí puede descargarlo o borrarlo.',
    allNoAddress: 'No hay ninguna dirección de correo a la que enviar un enlace.',
    sendLink: 'Enviarme el enlace',
    linkSent: 'Hemos enviado un enlace a {address}. Funciona una vez, durante una hora.',
    tooMany:
      'Fueron demasiadas veces. No se ha perdido nada: inténtelo en {minutes, plural, one {# minuto} other {# minutos}}.',
    use: 'Cómo usamos sus respuestas',
    openTitle: 'Todo lo que guardamos sobre usted',
    openText: 'Este enlace funciona una vez. Lo que abre se puede descargar o borrar durante 30 minutos.',
    openButton: 'Mostrar todo',
    usedTitle: 'Este enlace ya no funciona',
    usedText:
      'Un enlace así funciona una vez, durante una hora. Puede pedir otro en la página a la que llevan nuestros correos.',
    fullTitle: 'Todo lo que guardamos sobre usted',
    name: 'Nombre',
    email: 'Correo',
    phone: 'Teléfono',
    number: 'Número de cliente',
    history: 'Historial',
    newest: 'Estas son las {count, number} entradas más recientes. El archivo las tiene todas.',
    h_customer: 'Le conocimos',
    h_event: 'Ocurrió algo: {what}',
    h_asked: 'Le preguntamos',
    h_not_asked: 'No le preguntamos',
    h_answered: 'Respondió {score}',
    h_withdrawn: 'Retiró una respuesta',
    h_allowed: 'Dijo que sí: {what}',
    h_refused: 'Dijo que no: {what}',
    h_message: 'Un mensaje sobre lo que nos dijo',
    h_case: 'Se hizo algo con lo que nos dijo',
    h_told: 'Le dijimos qué cambió',
    download: 'Descargar todo (JSON)',
    downloadText: 'Un archivo que también leen los programas.',
    deleteTitle: 'Borrar todo',
    deleteText:
      'Se borran su nombre, direcciones, respuestas e historial. Las notas quedan en nuestros totales, sin saber de quién eran. No recibirá más encuestas.',
    understand: 'Entiendo que no se puede deshacer',
    confirm: 'Marque la casilla para confirmar',
    deleteButton: 'Borrar todo sobre mí',
    deletedTitle: 'Todo sobre usted está borrado',
    deletedText: 'Solo queda una forma codificada de su dirección, para no volver a escribirle.',
    mailSubject: 'Su enlace a todo lo que {organization} guarda sobre usted',
    mailPreview: 'Funciona una vez, durante una hora.',
    mailText:
      'Pidió ver todo lo que guardamos sobre usted. Este enlace lo muestra; allí puede descargarlo o borrarlo. Funciona una vez, durante una hora.',
    mailNot: 'Si no lo pidió, no tiene que hacer nada. Nadie ve sus datos sin este correo.',
  },
  pt: {
    title: 'O que nos disse e o que resultou disso',
    forAddress: '{organization}, para {address}',
    youSaid: 'Disse-nos em {date}',
    asked: 'Perguntámos-lhe em {date}. Não respondeu.',
    answerNow: 'Responder agora',
    withdrawn: 'Retirou esta resposta. O que escreveu foi apagado.',
    counted: 'A sua resposta conta e está com as pessoas que podem mudar as coisas.',
    received: 'Uma pessoa tem a sua resposta.',
    in_work: 'Estamos a tratar disso.',
    waiting: 'Escrevemos-lhe e aguardamos a sua resposta.',
    resolved: 'Tratámos do assunto. Diga-nos se ajudou.',
    confirmed: 'Disse-nos que está resolvido.',
    closed: 'Tratámos do assunto.',
    whatWeDid: 'O que fizemos',
    follow: 'Acompanhar',
    change: 'Alterar a minha resposta',
    withdraw: 'Retirar a minha resposta',
    choicesTitle: 'O que podemos perguntar e guardar',
    feedback: 'Perguntar-me como correu',
    feedbackHint: 'Por e-mail.',
    feedbackOften: 'Por e-mail, no máximo uma vez em {days, plural, one {# dia} other {# dias}}.',
    kindRelationship: 'Inquéritos de vez em quando sobre tudo',
    kindTransactional: 'Inquéritos depois de algo que aconteceu, como uma entrega',
    often: 'Perguntem-me no máximo',
    oftenPolicy: 'Com a frequência que os vossos próprios limites permitam',
    often90: 'A cada 3 meses',
    often180: 'Duas vezes por ano',
    often365: 'Uma vez por ano',
    follow_up: 'Escrever-me sobre o que eu disse',
    follow_upHint: 'Por e-mail, quando alguém tiver feito algo.',
    testimonial: 'Perguntar-me se as minhas palavras podem ser citadas',
    testimonialHint: 'Nada é publicado sem o seu sim.',
    council: 'Convidar-me para um grupo de clientes que aconselha',
    councilHint: 'Pode dizer não de cada vez.',
    save: 'Guardar as minhas escolhas',
    stopAll: 'Parar todos os inquéritos',
    still:
      'Outras mensagens, como faturas, não mudam. Se nos pediu uma resposta sobre algum assunto, continuamos a dá-la.',
    bounced: 'As mensagens para este endereço voltaram; por agora nada é enviado para lá.',
    saved: 'As suas escolhas estão guardadas.',
    stopped: 'Não vai receber mais inquéritos.',
    allTitle: 'Tudo o que guardamos sobre si',
    allText:
      'Enviamos um link para {address}. Funciona uma vez, durante uma hora, e mostra todo o seu histórico. Aí pode descarregá-lo ou apagá-lo.',
    allNoAddress: 'Não há endereço de e-mail para onde enviar um link.',
    sendLink: 'Enviar-me o link',
    linkSent: 'Enviámos um link para {address}. Funciona uma vez, durante uma hora.',
    tooMany: 'Foram vezes a mais. Nada se perdeu: tente daqui a {minutes, plural, one {# minuto} other {# minutos}}.',
    use: 'Como usamos as suas respostas',
    openTitle: 'Tudo o que guardamos sobre si',
    openText: 'Este link funciona uma vez. O que abre pode ser descarregado ou apagado durante 30 minutos.',
    openButton: 'Mostrar tudo',
    usedTitle: 'Este link já não funciona',
    usedText:
      'Um link destes funciona uma vez, durante uma hora. Pode pedir outro na página para onde apontam os nossos e-mails.',
    fullTitle: 'Tudo o que guardamos sobre si',
    name: 'Nome',
    email: 'E-mail',
    phone: 'Telefone',
    number: 'Número de cliente',
    history: 'Histórico',
    newest: 'Estas são as {count, number} entradas mais recentes. O ficheiro tem todas.',
    h_customer: 'Ficámos a conhecê-lo',
    h_event: 'Aconteceu algo: {what}',
    h_asked: 'Perguntámos-lhe',
    h_not_asked: 'Não lhe perguntámos',
    h_answered: 'Respondeu {score}',
    h_withdrawn: 'Retirou uma resposta',
    h_allowed: 'Disse sim: {what}',
    h_refused: 'Disse não: {what}',
    h_message: 'Uma mensagem sobre o que nos disse',
    h_case: 'Foi feito algo sobre o que nos disse',
    h_told: 'Dissemos-lhe o que mudou',
    download: 'Descarregar tudo (JSON)',
    downloadText: 'Um ficheiro que os programas também leem.',
    deleteTitle: 'Apagar tudo',
    deleteText:
      'O seu nome, endereços, respostas e histórico são apagados. As notas ficam nos nossos totais, sem se saber de quem eram. Não vai receber mais inquéritos.',
    understand: 'Compreendo que não é possível desfazer',
    confirm: 'Marque a caixa para confirmar',
    deleteButton: 'Apagar tudo sobre mim',
    deletedTitle: 'Tudo sobre si foi apagado',
    deletedText: 'Fica apenas uma forma codificada do seu endereço, para não voltarmos a escrever-lhe.',
    mailSubject: 'O seu link para tudo o que {organization} guarda sobre si',
    mailPreview: 'Funciona uma vez, durante uma hora.',
    mailText:
      'Pediu para ver tudo o que guardamos sobre si. Este link mostra-o; aí pode descarregá-lo ou apagá-lo. Funciona uma vez, durante uma hora.',
    mailNot: 'Se não pediu isto, não precisa de fazer nada. Ninguém vê os seus dados sem esta mensagem.',
  },
  ar: {
    title: 'ما قلته لنا وما الذي نتج عنه',
    forAddress: '{organization}، إلى {address}',
    youSaid: 'قلت لنا بتاريخ {date}',
    asked: 'سألناك بتاريخ {date} ولم تُجب.',
    answerNow: 'أجب الآن',
    withdrawn: 'سحبت هذه الإجابة. حُذف ما كتبته.',
    counted: 'إجابتك محسوبة وهي لدى من يستطيعون تغيير الأمور.',
    received: 'إجابتك لدى شخص من فريقنا.',
    in_work: 'يجري العمل على الأمر.',
    waiting: 'كتبنا إليك وننتظر ردك.',
    resolved: 'عالجنا الأمر. أخبرنا إن كان ذلك قد أفادك.',
    confirmed: 'قلت لنا إن الأمر قد حُل.',
    closed: 'عالجنا الأمر.',
    whatWeDid: 'ما فعلناه',
    follow: 'متابعة الأمر',
    change: 'تعديل إجابتي',
    withdraw: 'سحب إجابتي',
    choicesTitle: 'ما يمكننا أن نسأل عنه ونحتفظ به',
    feedback: 'اسألوني كيف سار الأمر',
    feedbackHint: 'عبر البريد الإلكتروني.',
    feedbackOften:
      'عبر البريد الإلكتروني، مرة واحدة على الأكثر كل {days, plural, one {يوم} two {يومين} few {# أيام} many {# يومًا} other {# يوم}}.',
    kindRelationship: 'استطلاعات من حين إلى آخر عن كل شيء',
    kindTransactional: 'استطلاعات بعد تجربة ما، مثل التوصيل',
    often: 'اسألوني على الأكثر',
    oftenPolicy: 'بقدر ما تسمح به حدودكم',
    often90: 'كل 3 أشهر',
    often180: 'مرتين في السنة',
    often365: 'مرة في السنة',
    follow_up: 'اكتبوا إليّ بشأن ما قلته',
    follow_upHint: 'عبر البريد الإلكتروني، عندما يفعل أحد شيئًا بشأنه.',
    testimonial: 'اسألوني إن كان يمكن اقتباس كلماتي',
    testimonialHint: 'لا يُنشر شيء دون موافقتك.',
    council: 'ادعوني إلى مجموعة عملاء تقدّم المشورة',
    councilHint: 'يمكنك أن ترفض في كل مرة.',
    save: 'حفظ اختياراتي',
    stopAll: 'إيقاف جميع الاستطلاعات',
    still: 'لا تتأثر الرسائل الأخرى مثل الفواتير. وإن طلبت منا الرد عليك بشأن أمر ما فسنفعل ذلك.',
    bounced: 'عادت الرسائل المرسلة إلى هذا العنوان، فلا يُرسل إليه شيء حاليًا.',
    saved: 'حُفظت اختياراتك.',
    stopped: 'لن تصلك استطلاعات بعد الآن.',
    allTitle: 'كل ما نحتفظ به عنك',
    allText: 'نرسل رابطًا إلى {address}. يعمل مرة واحدة خلال ساعة ويعرض سجلك كاملًا، ويمكنك هناك تنزيله أو حذفه.',
    allNoAddress: 'لا يوجد عنوان بريد إلكتروني مسجّل يمكن إرسال رابط إليه.',
    sendLink: 'أرسلوا لي الرابط',
    linkSent: 'أرسلنا رابطًا إلى {address}. يعمل مرة واحدة خلال ساعة.',
    tooMany:
      'تكرر ذلك كثيرًا. لم يُفقد شيء: حاول مرة أخرى بعد {minutes, plural, one {دقيقة} two {دقيقتين} few {# دقائق} many {# دقيقة} other {# دقيقة}}.',
    use: 'كيف نستخدم إجاباتك',
    openTitle: 'كل ما نحتفظ به عنك',
    openText: 'يعمل هذا الرابط مرة واحدة. ويمكن تنزيل ما يعرضه أو حذفه خلال 30 دقيقة.',
    openButton: 'عرض كل شيء',
    usedTitle: 'لم يعد هذا الرابط يعمل',
    usedText: 'يعمل مثل هذا الرابط مرة واحدة خلال ساعة. يمكنك طلب رابط جديد من الصفحة التي تشير إليها رسائلنا.',
    fullTitle: 'كل ما نحتفظ به عنك',
    name: 'الاسم',
    email: 'البريد الإلكتروني',
    phone: 'الهاتف',
    number: 'رقم العميل',
    history: 'السجل',
    newest: 'هذه أحدث {count, number} من القيود. يحتوي الملف على جميعها.',
    h_customer: 'تعرّفنا إليك',
    h_event: 'حدث شيء: {what}',
    h_asked: 'سألناك',
    h_not_asked: 'لم نسألك',
    h_answered: 'أجبت بالرقم {score}',
    h_withdrawn: 'سحبت إجابة',
    h_allowed: 'قلت نعم: {what}',
    h_refused: 'قلت لا: {what}',
    h_message: 'رسالة بشأن ما قلته لنا',
    h_case: 'جرى عمل شيء بشأن ما قلته لنا',
    h_told: 'أخبرناك بما تغيّر',
    download: 'تنزيل كل شيء (JSON)',
    downloadText: 'ملف يمكن للبرامج قراءته أيضًا.',
    deleteTitle: 'حذف كل شيء',
    deleteText:
      'يُحذف اسمك وعناوينك وإجاباتك وسجلك. تبقى الأرقام في مجاميعنا دون معرفة صاحبها. لن تصلك استطلاعات بعد ذلك.',
    understand: 'أفهم أنه لا يمكن التراجع عن هذا',
    confirm: 'ضع علامة في المربع للتأكيد',
    deleteButton: 'حذف كل ما يخصني',
    deletedTitle: 'حُذف كل ما يخصك',
    deletedText: 'لا يبقى سوى شكل مرمّز من عنوانك حتى لا نكتب إليك مرة أخرى.',
    mailSubject: 'رابطك إلى كل ما تحتفظ به {organization} عنك',
    mailPreview: 'يعمل مرة واحدة خلال ساعة.',
    mailText:
      'طلبت الاطلاع على كل ما نحتفظ به عنك. يعرضه هذا الرابط، ويمكنك هناك تنزيله أو حذفه. يعمل مرة واحدة خلال ساعة.',
    mailNot: 'إن لم تطلب ذلك فلا يلزمك فعل شيء. لا يرى أحد بياناتك دون هذه الرسالة.',
  },
};
