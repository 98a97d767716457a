/** Names and words that seeded people, conferences and files are made of. */
import type { NonEmpty } from '../random.ts';

export const givenNames = words(`
  Aaron Adina Agnès Alícia Amara Andrej Anouk Ayşe Beatriz Bjarne Bruno Carla Cédric Chiara Claus Dag Dalia
  Daniela Dmitri Edda Elif Emeka Enrique Esther Fabien Farah Femke Gaël Gerda Gil Hanna Hélène Henrik Ilse
  Imran Inês Ivo Jae Jana Joël Jorge Kaito Karin Katya Kofi Lara Léa Lin Lorenzo Maja Marek Marta Mei Milan
  Nadia Naoki Nils Noor Oksana Olga Oscar Pablo Petra Priya Rafael Rania Renée Rosa Ruth Samir Sanne Sofía
  Sören Tamar Theo Tomás Uma Valérie Vera Viktor Wanda Xavier Yara Yusuf Zoë Zora
`);

export const familyNames = words(`
  Abbott Acheson Albers Almeida Andrén Bader Barros Becker Bouchard Brandt Caruso Castaño Chandra Clément
  Coelho Dahl Delgado Devlin Dvořák Ekström Endo Eriksen Fabre Farkas Fischer Fontaine Gallo Garnier Grigorescu
  Haddad Hagen Hartmann Hoang Ibáñez Ionescu Ito Jansen Jovanović Kamara Kaplan Keller Kovač Kurz Laurent
  Leclerc Lindqvist Lopes Madsen Mahmoud Marchetti Mensah Moreau Müller Nakamura Navarro Novák Nuñez Oduya
  Okada Olsson Park Pavlov Pereira Petit Quist Rahman Ramos Reyes Rossi Roy Sánchez Sato Schäfer Silva Smit
  Soto Szabó Takeda Torres Turner Ueda Varga Vidal Vogel Wagner Wójcik Xu Yamada Yilmaz Zeman Zhou Zimmer
`);

export const contactGroups: NonEmpty<string> = ['Favorites', 'Other Contacts', 'My team', 'Project', 'Customers'];

export const topics: NonEmpty<string> = [
  'Quarterly results',
  'Budget',
  'Roadmap',
  'Hiring plan',
  'Customer visit',
  'Incident review',
  'Design review',
  'Launch',
  'Supplier contract',
  'Année fiscale',
  'Geschäftsbericht',
  'Réunion d’équipe',
  'Übergabe',
  'Planificación',
  '年度計畫',
  'Network upgrade',
  'Training',
  'Audit',
  'Sales forecast',
  'Weekly meeting',
];

export const presenceNotes: NonEmpty<string> = [
  '',
  '',
  '',
  'Back at three',
  'On the train',
  'In the Dallas office this week',
  'Working from home',
  'Bin gleich zurück',
  'Out for lunch',
  'Please call instead',
  'Présent cet après-midi',
];

/** Availability as presence knows it, with the activity shown beside it. */
export const presenceStates: NonEmpty<{ readonly availability: string; readonly activity: string }> = [
  { availability: 'Available', activity: 'Available' },
  { availability: 'Available', activity: 'Available' },
  { availability: 'Busy', activity: 'In a call' },
  { availability: 'Busy', activity: 'In a meeting' },
  { availability: 'DoNotDisturb', activity: 'Presenting' },
  { availability: 'BeRightBack', activity: 'Be right back' },
  { availability: 'Away', activity: 'Away' },
  { availability: 'Offline', activity: 'Offline' },
];

export const streets: NonEmpty<string> = [
  'Peachtree Street',
  'Elm Street',
  'Harbor Road',
  'Station Road',
  'Market Square',
  'Lindenallee',
  'Rue du Moulin',
];

/** The words of a text. */
function words(text: string): NonEmpty<string> {
  const [first = '', ...others] = text.trim().split(/\s+/);
  return [first, ...others];
}
