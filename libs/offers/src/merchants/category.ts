/** What a merchant sells, in the words of the REWORTH directory: a closed list of seventeen. */
export const CATEGORIES = [
  'restaurants-bars',
  'food-beverages',
  'electronics-software',
  'telecom-internet',
  'entertainment-events-tickets',
  'books-games-movies-music',
  'clothing-store',
  'fitness-sports',
  'health-beauty',
  'education',
  'culture',
  'tourism-hotels-accommodation',
  'pet-related',
  'stationery-office',
  'home',
  'services',
  'other',
] as const;

export type Category = (typeof CATEGORIES)[number];

/** Languages that the directory's labels come in. */
export const LABEL_LANGUAGES = ['en', 'es'] as const;
export type LabelLanguage = (typeof LABEL_LANGUAGES)[number];

const LABELS: Readonly<Record<Category, Readonly<Record<LabelLanguage, string>>>> = {
  'restaurants-bars': { en: 'Restaurants and bars', es: 'Restaurantes y bares' },
  'food-beverages': { en: 'Food and beverages', es: 'Alimentos y bebidas' },
  'electronics-software': { en: 'Electronics and software', es: 'Electrónica y software' },
  'telecom-internet': { en: 'Telecom and internet', es: 'Telefonía e internet' },
  'entertainment-events-tickets': { en: 'Entertainment, events and tickets', es: 'Entretenimiento, eventos y boletos' },
  'books-games-movies-music': { en: 'Books, games, movies and music', es: 'Libros, juegos, películas y música' },
  'clothing-store': { en: 'Clothing', es: 'Ropa' },
  'fitness-sports': { en: 'Fitness and sports', es: 'Ejercicio y deportes' },
  'health-beauty': { en: 'Health and beauty', es: 'Salud y belleza' },
  education: { en: 'Education', es: 'Educación' },
  culture: { en: 'Culture', es: 'Cultura' },
  'tourism-hotels-accommodation': { en: 'Tourism, hotels and accommodation', es: 'Turismo, hoteles y hospedaje' },
  'pet-related': { en: 'Pets', es: 'Mascotas' },
  'stationery-office': { en: 'Stationery and office', es: 'Papelería y oficina' },
  home: { en: 'Home', es: 'Hogar' },
  services: { en: 'Services', es: 'Servicios' },
  other: { en: 'Other', es: 'Otros' },
};

/** What a category is called, ready to display. */
export const categoryLabel = (category: Category, language: LabelLanguage = 'en'): string => LABELS[category][language];
