// What the interface says, from its own catalogues, so that what people do can be tested in every language.
import { readdirSync } from 'node:fs';
import { fill } from '../../web/src/i18n/text.ts';

const folder = new URL('../../web/src/i18n/', import.meta.url);

async function read(tag) {
  const files = readdirSync(new URL(`${tag}/`, folder));
  return Object.assign({}, ...(await Promise.all(files.map((file) => import(new URL(`${tag}/${file}`, folder))))));
}

const tags = { en: 'en', zh: 'zh-Hant' };
const catalogues = { en: await read(tags.en), zh: await read(tags.zh) };

const speaking = (language) => (path, values = {}) => {
  const text = fill(catalogues[language], path, values, tags[language]);
  if (text === path) throw new Error(`the catalogues have no ${path}`);
  return text;
};

/** texts.zh('documents.counts', { count: 2 }): a text as the interface fills it in. */
export const texts = { en: speaking('en'), zh: speaking('zh') };

/** What matches a text whatever is filled in. */
export function like(language, path) {
  const message = path.split('.').reduce((tree, step) => tree[step], catalogues[language]);
  const forms = typeof message === 'string' ? [message] : Object.values(message);
  const patterns = forms.map((form) => form.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.+'));
  return new RegExp(`^(${patterns.join('|')})$`);
}

/** In what people look at a page: both languages, wide and narrow. */
export const looks = [
  { language: 'en', width: 1280 },
  { language: 'zh', width: 360 },
];
