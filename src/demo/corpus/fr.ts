import type { LanguageCorpus } from './types.js';

export const fr: LanguageCorpus = {
  pains: {
    order_no_status: {
      say: [
        "aucune nouvelle pendant {weeks} semaines après [ma commande|l'inscription]",
        'pas de confirmation, pas de numéro de commande, [rien|rien du tout]',
        "j'ai dû appeler {n} fois pour savoir où en était ma commande",
        "~un petit message [pendant l'attente|de suivi] aurait été bien",
      ],
      then: ['Le suivi en ligne ne sert à rien'],
      sorry: "que vous n'ayez eu aucune nouvelle après votre commande",
      done: [
        'Votre commande était bloquée par un numéro de rue manquant. Elle est complète, et vous recevrez un e-mail à chaque étape.',
      ],
    },
    order_price_differs: {
      say: [
        '{eur} € sur le site et {eurhi} € sur le contrat',
        "la remise [promise|de la publicité] n'a jamais été appliquée",
        "!on annonce {eur} € et on facture {eurhi} €, c'est [mensonger|malhonnête]",
        '~le prix total pourrait être plus clair à la commande',
      ],
      then: ["Personne ne veut me l'écrire"],
      sorry: "que le prix du contrat ne soit pas celui de l'offre",
      done: [
        "Vous aviez raison : le prix annoncé s'applique dès le premier mois et la différence revient avec la prochaine facture.",
      ],
    },
    order_availability: {
      say: [
        "le site disait que la fibre était disponible, {weeks} semaines après [on annule|ce n'est plus vrai]",
        'mon adresse est introuvable alors que mon voisin est client',
        "d'abord oui, puis non, puis peut-être en {month}",
      ],
      then: ["J'avais déjà résilié mon ancien contrat"],
      sorry: 'que nous ayons annoncé la fibre sans vérifier',
      done: ["Notre équipe a vérifié la ligne : votre immeuble sera raccordé par l'arrière, la date est confirmée."],
    },
    order_form_error: {
      say: [
        'le formulaire a planté {n} fois',
        'mon [IBAN|numéro de téléphone] est refusé, sans explication',
        '~le formulaire est un peu long',
      ],
      then: ["J'ai fini par commander par téléphone"],
      sorry: 'que notre formulaire ait perdu vos données',
      done: ["Le champ en cause a été corrigé le jour même, et j'ai terminé votre commande à la main."],
    },
    install_no_show: {
      say: [
        "le technicien n'est [jamais venu|pas venu] et personne n'a [appelé|prévenu]",
        "j'ai pris ma journée {day} et [personne|pas un chat]",
        '[deuxième|troisième] rendez-vous et toujours personne',
        "!{n} rendez-vous, {n} fois personne, [inadmissible|c'est une honte]",
        'rendez-vous annulé {min} minutes avant par SMS',
        '~premier rendez-vous [déplacé|annulé au dernier moment], le second était bien',
        "depuis le nouveau sous-traitant plus aucun rendez-vous n'est tenu",
      ],
      then: ['Qui me paie ma journée', 'Prochaine date dans {weeks} semaines'],
      sorry: 'que vous ayez pris votre journée pour rien',
      done: [
        "Notre propre technicien est passé {day} et la ligne fonctionne. Le sous-traitant n'intervient plus chez vous, {fee} € sont crédités.",
      ],
    },
    install_late: {
      say: [
        "le technicien est arrivé à {late} pour un créneau jusqu'à {slotto}",
        "un créneau de {slotfrom} à {slotto}, ce n'est pas un créneau",
        '~technicien en retard de {min} minutes, [un appel aurait suffi|sinon très bien]',
      ],
      then: ["Pas un mot d'excuse"],
      sorry: 'que le technicien soit arrivé si tard',
      done: [
        'La tournée était trop serrée. Les créneaux sont maintenant de deux heures et le technicien appelle avant de partir.',
      ],
    },
    install_mess: {
      say: [
        'un trou dans le mur et de la poussière partout',
        "le câble pend [dans le couloir|le long du mur], c'est affreux",
        "!mon [parquet|mur|carrelage] est abîmé et personne n'est responsable",
        '~il aurait pu nettoyer après',
      ],
      then: ["J'ai des photos", 'Qui va réparer'],
      sorry: "l'état dans lequel nous avons laissé votre logement",
      done: ['Un artisan a rebouché et repeint {day}, à nos frais. Le sous-traitant a reçu vos photos.'],
    },
    install_incomplete: {
      say: [
        'le technicien est reparti, il manquait une pièce',
        'la prise est posée mais [aucun signal|rien ne marche]',
        "!{weeks} semaines après la pose, toujours pas d'internet",
        '~il a fallu deux passages',
      ],
      then: ['Et je paie déjà', 'Le télétravail est impossible'],
      sorry: "que l'installateur soit parti avant que la ligne marche",
      done: [
        "Il manquait une soudure dans l'armoire. Elle est faite depuis {day}, et vous ne payez qu'à partir de ce jour.",
      ],
    },
    install_wait: {
      say: [
        "{weeks} semaines d'attente pour [un rendez-vous|le raccordement]",
        'la date a été repoussée {n} fois, sans explication',
        '~un peu plus long que prévu',
      ],
      then: ['Chaque appel donne une autre date'],
      sorry: 'que vous attendiez votre raccordement si longtemps',
      done: [
        'Il manquait une autorisation pour les douze derniers mètres. Les travaux sont faits, votre ligne est active.',
      ],
    },
    router_drops: {
      say: [
        'le wifi coupe [tous les soirs|sans arrêt|toutes les {min} minutes]',
        'la box redémarre toute seule [plusieurs fois par jour|en pleine visio]',
        '!cette box est [nulle|une catastrophe], ça coupe tout le temps',
        '~le wifi coupe de temps en temps',
      ],
      then: ['Mon ancienne box était mieux'],
      sorry: 'que votre wifi coupe sans cesse',
      done: ['Le module radio était défectueux. La nouvelle box tourne depuis cinq jours sans coupure.'],
    },
    router_range: {
      say: [
        "pas de wifi [à l'étage|dans la chambre]",
        "portée très faible, {mbitlow} Mbit [à l'étage|dans la cuisine] sur {mbit}",
        '~le wifi pourrait porter plus loin',
      ],
      then: ['Le répéteur est en plus, bien sûr'],
      sorry: "que le wifi n'arrive pas là où vous en avez besoin",
      done: ["Un second point d'accès vous a été envoyé sans frais, vous mesurez {mbit} Mbit dans la chambre."],
    },
    router_guide: {
      say: [
        'la notice est incompréhensible',
        "bloqué à l'étape {step}, le voyant est rouge et rien n'explique pourquoi",
        '~la notice pourrait être plus simple',
      ],
      then: ['À {age} ans il me faut des mots simples'],
      sorry: 'que notre notice vous ait laissé seul',
      done: ['Nous avons configuré la box ensemble par téléphone. Une grande feuille avec photos remplace la notice.'],
    },
    router_delivery: {
      say: [
        "la box est arrivée {days} jours après l'activation",
        'colis envoyé à mon ancienne adresse',
        'mauvais modèle livré',
      ],
      then: ['Le lien de suivi ne marche pas'],
      sorry: 'que la box ne soit pas arrivée à temps',
      done: ['Le premier colis est perdu. Une nouvelle box est arrivée {day} en express, la semaine est créditée.'],
    },
    conn_slow_evening: {
      say: [
        'le soir à partir de {evening} [ça rame|plus que {mbitlow} Mbit]',
        'films qui coupent tous les soirs, [la journée ça va|le matin tout va bien]',
        '!{plan} est une blague le soir, jamais plus de {mbitlow} Mbit',
        '~un peu lent le soir',
      ],
      then: ['Tout ça pour {eur} €'],
      sorry: 'que votre ligne ralentisse chaque soir',
      done: [
        'Le nœud de votre rue était saturé. Le second lien est actif depuis {day} : {mbit} Mbit mesurés hier soir.',
      ],
    },
    conn_outage_silent: {
      say: [
        '{hours} heures sans internet et aucune information',
        'le site disait « aucun incident » alors que toute la rue était coupée',
        "!{days} jours de panne et personne ne prévient, [inadmissible|c'est honteux]",
        '~un SMS pendant la panne aurait suffi',
      ],
      then: ["Le pire, c'est le silence"],
      sorry: 'que vous soyez resté sans ligne et sans nouvelles',
      done: [
        'Un câble avait été coupé au rond-point, il est réparé. Deux jours sont crédités et vous recevrez les alertes par SMS.',
      ],
    },
    conn_below_booked: {
      say: [
        'je paie {mbit} et je reçois {mbitlow} Mbit [au mieux|même par câble]',
        'le débit montant est [minable|dix fois trop faible]',
        '~débit correct mais pas celui du contrat',
      ],
      then: ["J'ai envoyé les mesures deux fois"],
      sorry: "que votre ligne n'atteigne pas le débit payé",
      done: ['Le port était bridé. Il est ouvert, vous mesurez {mbit} Mbit, et trois mois sont crédités.'],
    },
    bill_setup_fee: {
      say: [
        '{fee} € de frais de mise en service [pourtant offerts|jamais annoncés]',
        'première facture à {eurhi} € au lieu de {eur} €',
        '!des frais cachés, {fee} € pour quoi au juste',
        "~les frais de la première facture m'ont surpris",
      ],
      then: ['Je veux être remboursé'],
      sorry: 'que votre première facture contienne des frais offerts',
      done: ['Les frais étaient offerts mais pas dans la facturation. {fee} € ont été remboursés {day}.'],
    },
    bill_unclear: {
      say: [
        'facture incompréhensible, {n} pages pour une ligne',
        "personne ne sait m'expliquer les {fee} €",
        '~la première facture pourrait être plus claire',
      ],
      then: ['Chaque mois un autre montant'],
      sorry: 'que votre facture soit illisible',
      done: [
        'Nous avons relu la facture ensemble : les {fee} € étaient le premier mois partiel. Ce sera écrit en toutes lettres.',
      ],
    },
    bill_debit: {
      say: [
        'prélevé deux fois en {month}',
        'relance avec {latefee} € de frais pour une facture déjà payée',
        '!{eurhi} € prélevés par erreur et toujours pas remboursés',
        'prélevé alors que la ligne ne marchait pas encore',
      ],
      then: ["Ma banque m'a pris des frais"],
      sorry: 'que nous ayons prélevé une somme à tort',
      done: ['Le second prélèvement a été rendu {day}, frais bancaires compris.'],
    },
    bill_credit: {
      say: [
        "le bonus de {bonus} € n'est jamais arrivé",
        "l'avoir promis pour la panne n'est sur aucune facture",
        "~l'avoir est arrivé après relance",
      ],
      then: ["J'ai la promesse par écrit"],
      sorry: "que l'avoir promis ne soit pas arrivé",
      done: ["L'avoir de {bonus} € était validé mais pas saisi. Il a été versé {day}."],
    },
    app_crash: {
      say: [
        "l'appli plante [à l'ouverture|sur la facture]",
        "appli bloquée sur l'écran blanc",
        "~l'appli est un peu lente",
      ],
      then: ["Réinstaller n'a rien changé"],
      sorry: "que l'application plante sur votre téléphone",
      done: ['Le problème venait des factures de plus de trois pages. La version 5.8 le corrige.'],
    },
    app_login_code: {
      say: [
        "depuis la mise à jour le code de connexion n'arrive [pas|jamais|plus]",
        'impossible de me connecter, le code par SMS ne vient pas',
        'code demandé {n} fois, rien',
        '~le nouveau code de connexion est pénible',
      ],
      then: ['Je ne peux plus voir ma facture'],
      sorry: 'que le code de connexion ne vous parvienne pas',
      done: [
        'Les codes vers votre opérateur étaient bloqués. Votre compte les reçoit par e-mail, et vous êtes connecté.',
      ],
    },
    app_missing: {
      say: [
        "impossible de [trouver mes factures|changer de RIB] dans l'appli",
        "l'appli affiche la mauvaise offre",
        "~un PDF de la facture dans l'appli serait utile",
      ],
      then: ["À quoi sert l'appli alors"],
      sorry: "que l'application n'ait pas permis ce qu'il vous fallait",
      done: ["J'ai changé votre RIB. À partir de la version 5.7 vous pouvez le faire vous-même."],
    },
    support_hold: {
      say: [
        "{min} minutes d'attente au téléphone",
        "coupé après {min} minutes d'attente",
        '!{n} appels, {min} minutes à chaque fois, personne',
        "~{minlow} minutes d'attente, ensuite c'était rapide",
      ],
      then: ['La musique me reste dans la tête'],
      sorry: 'que vous ayez attendu si longtemps au téléphone',
      done: ['Votre demande est réglée. Huit personnes de plus répondent le lundi, et vous pouvez demander un rappel.'],
    },
    support_callback: {
      say: [
        "le rappel promis n'est jamais venu",
        'on devait me rappeler {day}, {days} jours après toujours rien',
        '~rappelé un jour plus tard que prévu',
      ],
      then: ['Il faut courir après tout'],
      sorry: 'que le rappel promis ne soit pas venu',
      done: [
        "Nous nous sommes parlé {day} et c'est réglé. Les rappels sont maintenant dans l'agenda d'une seule personne.",
      ],
    },
    support_repeat: {
      say: [
        "j'ai dû tout réexpliquer {n} fois",
        'transféré de service en service, personne ne connaît mon dossier',
        '{n} conseillers, {n} réponses différentes',
        "~j'ai dû expliquer deux fois",
      ],
      then: ['Personne ne lit les notes'],
      sorry: 'que vous ayez dû tout répéter',
      done: ["J'ai suivi votre dossier du début à la fin. La panne est réparée."],
    },
    support_bot: {
      say: [
        'le robot du chat tourne en rond',
        'impossible de joindre un humain',
        '~le chat va pour les choses simples',
      ],
      then: ['Je voulais juste une réponse'],
      sorry: "que le chat vous ait empêché de parler à quelqu'un",
      done: ["J'ai répondu moi-même. Le chat propose maintenant une personne après le deuxième essai."],
    },
    renew_newcomer_price: {
      say: [
        'les nouveaux clients paient {eur} €, moi {eurhi} € après {years} ans',
        "la fidélité n'est pas récompensée",
        '!{years} ans de fidélité pour ça, je pars',
        '~un petit geste pour les anciens serait bien',
      ],
      then: ['Il faut menacer de partir pour une remise'],
      sorry: 'que les nouveaux clients aient eu un meilleur prix',
      done: ["Vous payez le prix d'un nouveau client dès la prochaine facture, sans engagement."],
    },
    renew_price_rise: {
      say: [
        'augmentation de {diffm} € [sans prévenir|en cours de contrat]',
        'encore une hausse, pour le même service',
        '~un peu cher, {eurhi} €',
      ],
      then: ['La concurrence est moins chère'],
      sorry: 'que la hausse vous soit arrivée sans explication',
      done: ["L'annonce est arrivée trop tard pour votre contrat : la hausse est annulée et le trop-perçu crédité."],
    },
    renew_auto: {
      say: [
        "contrat renouvelé d'un an sans me demander",
        'résilié dans les temps et renouvelé quand même',
        '~un rappel avant le renouvellement serait correct',
      ],
      then: ["C'est un piège"],
      sorry: 'que votre contrat ait été renouvelé contre votre gré',
      done: ['Votre courrier était arrivé à temps. Le renouvellement est annulé et la facture remboursée.'],
    },
    renew_cancel_hard: {
      say: [
        'résilier est un parcours du combattant',
        'résiliation envoyée {n} fois, aucune confirmation',
        "~il a fallu {n} mails pour changer d'offre",
      ],
      then: ["S'inscrire prend deux minutes"],
      sorry: 'que nous vous ayons compliqué la résiliation',
      done: ['Votre résiliation est confirmée à la date voulue, et les appels ont cessé.'],
    },
  },
  praise: {
    order: [
      'commande [simple|rapide], {minlow} minutes',
      "bons conseils [en boutique|au téléphone], sans pousser à l'achat",
      "le changement d'opérateur s'est fait tout seul",
    ],
    installation: [
      'technicien [aimable|ponctuel|très sympa] et [soigneux|propre]',
      'installé en {minlow} minutes, [tout propre|très soigné]',
      'il a appelé avant de venir, parfait',
      "resté jusqu'à ce que tout marche",
    ],
    router: [
      'branché, {minlow} minutes après en ligne',
      'wifi partout, même [au jardin|à la cave]',
      'la nouvelle box est bien plus stable',
    ],
    connection: [
      'panne réparée [le jour même|en {hours} heures]',
      'rapide et [stable|fiable], même le soir',
      'prévenu par SMS, très bien',
    ],
    billing: ['facture claire', 'prix comme [convenu|promis]', 'question réglée en une minute'],
    app: ['appli [simple|claire|rapide]', 'RIB changé en une minute', 'facture trouvée tout de suite'],
    support: [
      '[dame|conseillère] très [aimable|patiente|compétente] au téléphone',
      'problème réglé en {minlow} minutes',
      "pas d'attente, un vrai humain",
      "rappelé à l'heure dite",
    ],
    renewal: [
      'offre correcte sans négocier',
      'renouvelé en {minlow} minutes',
      "on m'a conseillé moins cher, [honnête|bravo]",
    ],
    general: [
      'internet rapide, prix correct',
      'ça marche, tout simplement',
      'aucun souci en {years} ans',
      "on arrive à joindre quelqu'un",
      'très bon débit, télétravail sans souci',
      '!déjà recommandé à [ma sœur|mes voisins]',
    ],
  },
  praiseShort: [
    'très bien',
    'parfait',
    'rien à redire',
    'super',
    'rapide',
    'satisfait',
    'nickel',
    'tout va bien',
    'très satisfaite',
    'top',
    'bon service',
    'je recommande',
    'efficace',
  ],
  praiseClose: ['merci', 'merci {first}', 'continuez', 'bravo', 'agréablement surpris', 'bonjour de {city}'],
  meh: [
    'correct, sans plus',
    'moyen',
    'ça va',
    'trop tôt pour dire',
    'peut mieux faire',
    'dans la moyenne',
    'un peu cher mais ça marche',
    "je m'attendais à mieux",
  ],
  angryOpen: ['Très déçu.', 'Franchement,', 'Une catastrophe.', 'Plus jamais.', 'En bref :', 'Encore une fois :'],
  angryClose: [
    'Je cherche un autre opérateur',
    'Merci de régler ça',
    "J'attends une réponse",
    'Inacceptable',
    'Très agaçant',
    'Je ne recommande pas',
  ],
  angryShort: ['mauvais service', 'déçue', 'nul', 'à fuir', 'toujours pas réglé', 'rien ne marche'],
  mildClose: ['sinon ça va', 'le reste est bien', 'rien de grave', 'à améliorer'],
  but: [', mais ', '. Mais ', ', par contre ', ', dommage : '],
  and: ['. Et ', '. En plus, ', ', et '],
  asks: {
    order: [
      ["Pouvez-vous m'envoyer l'adresse exacte avec l'étage ?", '2e étage à gauche, nom sur la sonnette : {surname}.'],
    ],
    installation: [
      [
        '{day} de 8 h à 10 h ou {day2} de 15 h à 17 h, cela vous irait ?',
        "{day} me va. Un SMS quand il part, s'il vous plaît.",
      ],
    ],
    router: [
      [
        'De quelle couleur est le voyant quand cela arrive ?',
        'Orange clignotant, puis plus rien pendant deux minutes.',
      ],
    ],
    connection: [
      ['Pourriez-vous mesurer ce soir vers 20 h 30 par câble ?', 'Fait : {mbitlow} Mbit par câble à 20 h 41.'],
    ],
    billing: [
      ['De quelle ligne parlez-vous, les {fee} € ?', "Page 2, troisième ligne, {fee} €. Je n'ai jamais commandé ça."],
    ],
    app: [["Quel téléphone et quelle version de l'application ?", 'Un iPhone 13, version 5.6.2.']],
    support: [['Quand puis-je vous appeler ?', 'Demain après 16 h, sur le portable.']],
    renewal: [['Est-ce le prix ou la durée qui compte pour vous ?', "Le prix. S'il est correct je reste."]],
    general: [['Puis-je vous appeler à ce sujet ?', 'Oui, demain entre 10 h et midi.']],
  },
  greet: ['Bonjour {name},'],
  sorryOpen: ['Je regrette {sorry}.', "J'ai lu votre message et je regrette {sorry}."],
  mine: ["Je m'occupe de votre dossier jusqu'à ce qu'il soit réglé.", "Je regarde cela moi-même aujourd'hui."],
  sign: ['Bien à vous, {agent}', 'Cordialement, {agent}'],
  fixed: ['', 'Merci, ça marche.', 'Réglé, merci pour le suivi.', 'Tout va bien maintenant.'],
  notYet: ['Toujours pareil, désolé.', 'Seulement à moitié réglé.', "L'argent n'est pas arrivé."],
  again: [
    "Je regrette que ce ne soit pas réglé. J'ai rouvert votre dossier et je reviens vers vous demain avec une date.",
  ],
  days: ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi'],
  months: [
    'janvier',
    'février',
    'mars',
    'avril',
    'mai',
    'juin',
    'juillet',
    'août',
    'septembre',
    'octobre',
    'novembre',
    'décembre',
  ],
};
