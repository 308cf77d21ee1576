import type { Texts } from '../../platform/public-page/index.js';

/** Words that the widget and the kiosk have beside those of the survey's page. */
export const CHANNEL_TEXTS: Texts<'close' | 'failed' | 'next' | 'skip' | 'offline' | 'tryTitle' | 'tryText'> = {
  en: {
    close: 'Close',
    failed: 'Your answer could not be sent. Try again in a moment.',
    next: 'Next person',
    skip: 'Leave out',
    offline: 'Kept on this device until it is online again',
    tryTitle: 'Trying the widget',
    tryText: 'This is how it looks on a page. Answers sent from here are not stored.',
  },
  de: {
    close: 'Schließen',
    failed: 'Ihre Antwort konnte nicht gesendet werden. Versuchen Sie es gleich noch einmal.',
    next: 'Nächste Person',
    skip: 'Auslassen',
    offline: 'Auf diesem Gerät aufbewahrt, bis es wieder online ist',
    tryTitle: 'Das Widget ausprobieren',
    tryText: 'So sieht es auf einer Seite aus. Von hier gesendete Antworten werden nicht gespeichert.',
  },
  fr: {
    close: 'Fermer',
    failed: 'Votre réponse n’a pas pu être envoyée. Réessayez dans un instant.',
    next: 'Personne suivante',
    skip: 'Passer',
    offline: 'Conservé sur cet appareil jusqu’au retour en ligne',
    tryTitle: 'Essayer le widget',
    tryText: 'Voici son aspect sur une page. Les réponses envoyées d’ici ne sont pas enregistrées.',
  },
  es: {
    close: 'Cerrar',
    failed: 'No se pudo enviar su respuesta. Inténtelo de nuevo en un momento.',
    next: 'Siguiente persona',
    skip: 'Omitir',
    offline: 'Guardado en este dispositivo hasta que vuelva a estar en línea',
    tryTitle: 'Probar el widget',
    tryText: 'Así se ve en una página. Las respuestas enviadas desde aquí no se guardan.',
  },
  pt: {
    close: 'Fechar',
    failed: 'Não foi possível enviar a sua resposta. Tente de novo dentro de momentos.',
    next: 'Próxima pessoa',
    skip: 'Deixar em branco',
    offline: 'Guardado neste dispositivo até voltar a estar online',
    tryTitle: 'Experimentar o widget',
    tryText: 'É assim que aparece numa página. As respostas enviadas daqui não são guardadas.',
  },
  ar: {
    close: 'إغلاق',
    failed: 'تعذّر إرسال إجابتك. حاول مرة أخرى بعد قليل.',
    next: 'الشخص التالي',
    skip: 'تخطٍّ',
    offline: 'محفوظ على هذا الجهاز حتى يعود الاتصال',
    tryTitle: 'تجربة الأداة',
    tryText: 'هكذا تظهر في صفحة. الإجابات المرسلة من هنا لا تُحفظ.',
  },
};
