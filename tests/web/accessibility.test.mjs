import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch, open, Server } from './harness.mjs';

const axe = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong with a page, a line each. */
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values } }), rules);
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)}`));
}

let browser, server, empty;
before(async () => {
  [browser, server, empty] = await Promise.all([launch(), Server.start(), Server.start()]);
  await server.fill();
});
after(async () => {
  await browser?.close();
  await Promise.all([server?.stop(), empty?.stop()]);
});

const looks = [
  { language: 'en', theme: 'light', width: 1280 },
  { language: 'zh', theme: 'dark', width: 360 },
  { language: 'en', theme: 'dark', width: 1280 },
  { language: 'zh', theme: 'light', width: 360 },
];

/** Each state of a page, as what leads to it and what shows that it is there. */
const states = {
  'ask, empty': async (look) => {
    const page = await open(browser, server, '/', look);
    await page.getByRole('textbox').waitFor();
    return page;
  },
  'ask, answered, with the document open': async (look) => {
    const page = await open(browser, server, '/', look);
    await page.getByRole('textbox').fill('How long does the warranty last?');
    await page.keyboard.press('Enter');
    await page.locator('article ol button').first().click();
    await page.locator('mark').waitFor();
    return page;
  },
  'ask, not answered': async (look) => {
    const page = await open(browser, server, '/', look);
    await page.getByRole('textbox').fill('Who won the chess championship in 1972?');
    await page.keyboard.press('Enter');
    await page.locator('article a').waitFor();
    return page;
  },
  'first start': async (look) => {
    const page = await open(browser, empty, '/', look);
    await page.locator('ol > li').nth(2).waitFor();
    return page;
  },
  'documents, none': async (look) => {
    const page = await open(browser, empty, '/documents', look);
    await page.getByRole('main').getByRole('button').first().waitFor();
    return page;
  },
  'documents, listed': async (look) => {
    const page = await open(browser, server, '/documents', look);
    await page.getByRole('row').nth(2).waitFor();
    return page;
  },
  'documents, one open': async (look) => {
    const page = await open(browser, server, '/documents', look);
    await page.getByRole('row').nth(1).getByRole('button').click();
    await page.locator('dl').waitFor();
    return page;
  },
  'search, explained': async (look) => {
    const page = await open(browser, server, '/search?q=filter&explain=1', look);
    await page.getByRole('article').first().getByRole('table').first().waitFor();
    return page;
  },
  'search, with the document open': async (look) => {
    const page = await open(browser, server, '/search?q=filter', look);
    await page.locator('article h2 button').first().click();
    await page.locator('[role=complementary] mark, dialog mark').first().waitFor();
    return page;
  },
  'search, nothing found': async (look) => {
    const page = await open(browser, server, '/search?q=zyzzyva&mode=lexical', look);
    await page.getByRole('heading', { level: 2 }).waitFor();
    return page;
  },
  'search, nothing there': async (look) => {
    const page = await open(browser, empty, '/search', look);
    await page.getByRole('main').getByRole('link').first().waitFor();
    return page;
  },
  'tasks, with the chart': async (look) => {
    const page = await open(browser, server, '/tasks', look);
    await page.getByRole('row').nth(1).waitFor();
    await page.locator('section button[aria-expanded]').first().click();
    await page.locator('.recharts-surface').first().waitFor();
    return page;
  },
  'tasks, one open': async (look) => {
    const page = await open(browser, server, '/tasks', look);
    await page.getByRole('row').nth(1).getByRole('link').click();
    await page.getByRole('dialog').locator('dl').waitFor();
    return page;
  },
  'tasks, asking': async (look) => {
    const page = await open(browser, server, '/tasks', look);
    await page.getByRole('main').getByRole('button', { name: /^(Ask in the background|在背景提問)$/ }).click();
    await page.getByRole('dialog').getByRole('textbox').waitFor();
    return page;
  },
  'system, overview': async (look) => {
    const page = await open(browser, server, '/system/overview', look);
    await page.getByRole('table').first().waitFor();
    return page;
  },
  'system, collections': async (look) => {
    const page = await open(browser, server, '/system/collections', look);
    await page.getByRole('row').nth(1).waitFor();
    return page;
  },
  'system, models': async (look) => {
    const page = await open(browser, server, '/system/models', look);
    await page.getByRole('row').nth(1).waitFor();
    return page;
  },
  'system, a new key': async (look) => {
    const page = await open(browser, server, '/system/keys', look);
    await page.getByRole('button', { name: /^(New key|新增金鑰)$/ }).click();
    await page.getByRole('dialog').getByRole('textbox').first().waitFor();
    return page;
  },
  'system, a new user': async (look) => {
    const page = await open(browser, server, '/system/users', look);
    await page.getByRole('button', { name: /^(New user|新增使用者)$/ }).click();
    await page.getByRole('dialog').getByRole('textbox').first().waitFor();
    return page;
  },
  'system, the audit log': async (look) => {
    const page = await open(browser, server, '/system/audit', look);
    await page.getByRole('row').nth(1).waitFor();
    return page;
  },
  'a menu': async (look) => {
    const page = await open(browser, server, '/', look);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('button', { name: /^(Language, theme|語言)/ }).click();
    await page.getByRole('menu').waitFor();
    return page;
  },
  'keyboard shortcuts': async (look) => {
    const page = await open(browser, server, '/documents', look);
    await page.getByRole('row').nth(2).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    return page;
  },
  'no such page': async (look) => {
    const page = await open(browser, server, '/nowhere', look);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  },
};

for (const [name, reach] of Object.entries(states))
  test(`${name}: nothing that axe finds, in both languages and themes`, async () => {
    for (const look of looks) {
      const page = await reach(look);
      assert.deepEqual(await violations(page), [], JSON.stringify(look));
      assert.deepEqual(page.troubles, []);
      await page.context().close();
    }
  });

test('signing in: nothing that axe finds', async () => {
  const closed = await Server.start();
  try {
    await closed.request('POST', '/v1/users', { name: 'ada', password: 'correct horse battery', scopes: ['admin'] });
    for (const look of looks) {
      const page = await open(browser, closed, '/', look);
      await page.getByRole('tab').first().waitFor();
      assert.deepEqual(await violations(page), [], JSON.stringify(look));
      await page.context().close();
    }
  } finally {
    await closed.stop();
  }
});
