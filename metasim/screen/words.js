// The words of the phone. The language is the one in ?lang=, else that of the
// page which docks this one, else the browser's.
const catalogues = ['en', 'sk', 'pt-BR'];

export function pick(wishes) {
  const base = (tag) => tag.split('-')[0].toLowerCase();
  for (const wish of wishes.filter(Boolean)) {
    const found = catalogues.find((c) => c.toLowerCase() === wish.toLowerCase()) ?? catalogues.find((c) => base(c) === base(wish));
    if (found) return found;
  }
  return 'en';
}

const asked = new URLSearchParams(location.search).get('lang');
const docking = parent === window || asked ? null : parent.document.documentElement;

export const language = pick([asked, docking?.lang, ...navigator.languages]);
// tag is the reader's own variant of the language, for dates: English in
// Bratislava wants 14:05.
export const tag = navigator.languages.find((l) => l.split('-')[0] === language.split('-')[0]) ?? language;

const [words, plurals] = [await (await fetch(`lang/${language}.json`)).json(), new Intl.PluralRules(language)];

// t gives the words for a key. {name} stands for a value; of several forms the
// one for the number n is taken.
export function t(key, values = {}) {
  const entry = words[key];
  const form = typeof entry === 'string' ? entry : entry[plurals.select(values.n)];
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

document.documentElement.lang = language;
// A desk that changes its language takes the phone with it.
if (docking) {
  new MutationObserver(() => { if (pick([docking.lang]) !== language) location.reload(); }).observe(docking, { attributeFilter: ['lang'] });
}
