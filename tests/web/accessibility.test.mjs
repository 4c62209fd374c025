import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch } from './harness.mjs';
import { reach, startServers, states } from './states.mjs';
import { looks } from './texts.mjs';

const axe = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const rules = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const colours = { type: 'rule', values: ['color-contrast'] }; // All that another theme can change.

/** What axe finds wrong with a page, a line each. */
async function violations(page, runOnly) {
  const found = await page.evaluate((wanted) => window.axe.run(document, { runOnly: wanted }), runOnly);
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)}`));
}

// Words of two languages that stand in the other's interface: names of things, and what is typed.
const names = /\b(Cairn|API|JSON|PDF|Word|Excel|PowerPoint|Markdown|CPU|GPU|ACL|BM25|SHA|English|cairn fsck|cairn keys create)\b/g;

/** What a Chinese page says in English: two words or more beside each other, of what is not marked as English. */
async function strayEnglish(page) {
  const said = await page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement;
      if (element.closest('[lang=en], [aria-hidden=true], script, code, .font-mono, noscript')) continue;
      if (node instanceof Element) for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(node.getAttribute(name) ?? '');
      else found.push(node.textContent);
    }
    return [document.title, ...found];
  });
  return said.filter((text) => /[A-Za-z]{2,} +[A-Za-z]{2,}/.test(text.replace(names, '')));
}

let browser, servers;
before(async () => {
  const [en, zh] = await Promise.all([startServers('en'), startServers('zh'), launch().then((it) => (browser = it))]);
  servers = { en, zh };
});
after(async () => {
  await browser?.close();
  await Promise.all(Object.values(servers ?? {}).map((some) => some.stop()));
});

async function lookAt(name, look) {
  const page = await reach(name, browser, servers[look.language], look);
  await page.evaluate(axe);
  assert.deepEqual(await violations(page, rules), [], `${look.language}, light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await violations(page, colours), [], `${look.language}, dark`);
  if (look.language === 'zh') assert.deepEqual(await strayEnglish(page), [], 'English in the Chinese interface');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is as wide as the window');
  if (!states[name].breaks) assert.deepEqual(page.troubles, []);
  await page.context().close();
}

for (const name of Object.keys(states))
  test(`${name}: nothing that axe finds, in both languages and themes, narrow and wide`, () => Promise.all(looks.map((look) => lookAt(name, look))));
