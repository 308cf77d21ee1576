import type { Language } from './corpus/types.js';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** First names and surnames as they are met among people who write in a language; all invented combinations. */
export const firstNames: Readonly<Record<Language, readonly string[]>> = {
  de: words(`Anna Lena Marie Sabine Petra Claudia Julia Katrin Heike Monika Ursula Birgit Nicole Sandra Melanie Franziska Johanna Frieda Ingrid Renate
    Thomas Michael Andreas Stefan Christian Markus Jan Tobias Florian Jürgen Klaus Dieter Wolfgang Uwe Matthias Sebastian Felix Lukas Paul Moritz
    Ayşe Mehmet Elif Emre Olga Dimitri Agnieszka Marek Yasmin Karim Thi Minh`),
  en: words(`Emma Olivia Sarah Rachel Hannah Grace Chloe Megan Laura Fiona Aoife Niamh Priya Anjali Amara Zainab Helen Margaret Susan Karen
    James Oliver Daniel Matthew Andrew David Peter Simon Liam Sean Callum Rhys Arjun Rahul Kwame Tunde Robert George Henry Edward
    Marco Giulia Lucía Diego Ingrid Erik Freya Soren Katya Pavel Mei Kenji`),
  fr: words(`Camille Chloé Léa Manon Sophie Isabelle Nathalie Élodie Amélie Céline Aurélie Hélène Margaux Inès Fatou Aïcha
    Julien Nicolas Pierre Antoine Mathieu Guillaume Olivier Laurent Hugo Théo Baptiste Étienne Karim Mamadou Yann Loïc`),
};

export const surnames: Readonly<Record<Language, readonly string[]>> = {
  de: words(`Albrecht Arnold Bauer Baumann Beck Bergmann Böhm Brandt Busch Dietrich Engel Fiedler Fischer Frank Friedrich Fuchs Graf Groß Haas Hahn
    Hartmann Heinrich Herrmann Hoffmann Huber Jansen Jung Kaiser Keller Koch Köhler Kraus Krüger Kuhn Lang Lehmann Lindner Lorenz Ludwig Maier
    Martens Meyer Möller Neumann Otto Peters Pfeiffer Pohl Richter Roth Sauer Schäfer Schmitt Schreiber Schubert Schulte Seidel Simon Sommer Stein
    Thiel Vogel Voigt Wagner Walter Weber Winkler Wolff Ziegler Yılmaz Demir Kaya Nowak Kowalski Petrov Nguyen Haddad`),
  en: words(`Adams Bailey Barker Bennett Brennan Byrne Campbell Carter Clarke Collins Cooper Davies Doyle Edwards Ellis Fletcher Foster Gallagher Gibson
    Graham Griffiths Hamilton Harris Hayes Hughes Hunt Jenkins Kelly Kennedy Knight Lewis Lloyd MacDonald Marshall Mason Mitchell Morgan Murphy
    Murray Nolan Owen Palmer Parker Pearce Powell Quinn Reid Reynolds Rowe Russell Scott Shaw Stewart Sutton Turner Walsh Ward Webb Wright Young
    Adeyemi Okafor Mensah Patel Sharma Singh Rossi Ferrari García Fernández Larsen Lindström Novák Tanaka Chen Silva`),
  fr: words(`Arnaud Barbier Bernard Bertrand Blanc Bonnet Boyer Brun Carpentier Chevalier Clément Colin Dubois Dumas Durand Faure Fontaine Fournier
    Garnier Gauthier Girard Guérin Henry Lacroix Lambert Laurent Leclerc Lefèvre Legrand Lemoine Leroux Marchand Masson Mercier Meunier Moreau
    Noël Perrin Picard Renard Rivière Roussel Schmitt Traoré Vidal Diallo Benali`),
};

export const cities = words(
  'Aurich Celle Detmold Eutin Gifhorn Husum Itzehoe Jever Kamen Lemgo Melle Norden Oelde Peine Rendsburg Soltau Uelzen Verden Warendorf Zeven',
);
export const regions = ['North', 'East', 'South', 'West'] as const;

/** Kinds of business, to be put before or after a surname. */
export const businesses: readonly string[] = [
  'Bäckerei {name}',
  '{name} Steuerberatung',
  '{name} Architekten',
  'Praxis Dr. {name}',
  'Gärtnerei {name}',
  'Autohaus {name}',
  '{name} Elektrotechnik',
  'Hotel {name}',
  '{name} & Sohn Tischlerei',
  'Café {name}',
  '{name} Logistik',
  'Apotheke {name}',
  '{name} Design Studio',
  '{name} Consulting',
  '{name} Veterinary Clinic',
  '{name} Interiors',
  'Fahrschule {name}',
  'Kanzlei {name}',
  '{name} Maschinenbau',
  'Brauerei {name}',
  'Pension {name}',
  'Boulangerie {name}',
];

/** An address part made of letters and dots only. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .replace(/ı/g, 'i')
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '');
}
