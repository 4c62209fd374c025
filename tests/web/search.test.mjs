import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beside, documents, facts, setUp } from './harness.mjs';
import { looks, texts } from './texts.mjs';

const hostile = '<img src=x onerror=alert(1)>';
const entries = [
  ...documents.map((document, i) => ({ ...document, metadata: { year: 2024 + i, kind: i === 0 ? 'guide' : '手冊' } })),
  { external_id: 'memo', title: hostile, text: `The pump filter ${hostile} was cleaned in March. 濾網在三月清洗過。`, metadata: { year: 2025, kind: hostile, open: true } },
];

const its = setUp({ entries });

const wanted = {
  en: { query: 'cleaning the filter', word: 'cleaned', heading: 'Filter', kind: 'guide' },
  zh: { query: '濾網清洗', word: '濾網', heading: '濾網', kind: '手冊' },
};

for (const look of looks) {
  const { language } = look;
  const t = texts[language];
  const { title } = facts[language];
  const { query, word, heading, kind } = wanted[language];
  const button = (place, path, values) => place.getByRole('button', { name: t(path, values), exact: true });
  const label = (page, path) => page.getByLabel(t(path), { exact: true });
  const hits = (page) => page.getByRole('article');
  const search = async (page, text) => {
    await page.getByRole('searchbox', { name: t('search.query') }).fill(text);
    await page.keyboard.press('Enter');
  };

  test(`${language}: hits show what was found and where; the address carries the whole search`, async () => {
    const page = await its.open('/search', look);
    await search(page, query);
    const hit = hits(page).filter({ hasText: title });
    await hit.locator('mark', { hasText: word }).first().waitFor();
    await hit.getByText(heading, { exact: true }).first().waitFor();
    await page.getByRole('button', { name: t('search.addFilter', { field: 'kind', value: kind }) }).click();
    await label(page, 'search.mode').selectOption({ label: t('search.modes.lexical') });
    await label(page, 'search.explain').check();
    const explanation = page.getByRole('group', { name: t('search.explanation.title') }).first();
    const byWords = t('search.explanation.lexicalBasis', { rank: 1, score: '' });
    await explanation.getByText(byWords).waitFor();
    assert.ok(await label(page, 'search.fusion').isDisabled());
    const { searchParams } = new URL(page.url());
    assert.deepEqual(Object.fromEntries(searchParams), { q: query, mode: 'lexical', explain: '1', 'f.kind': kind });
    await page.reload();
    await explanation.getByText(byWords).waitFor();
    const remove = button(page, 'search.removeFilter', { field: 'kind', value: kind });
    await remove.click();
    await hits(page).filter({ hasText: 'onerror' }).waitFor();
    await page.goBack();
    await remove.waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: whatever is chosen in quick succession holds, all of it`, async () => {
    const page = await its.open(`/search?q=${encodeURIComponent(query)}`, look);
    await hits(page).first().waitFor();
    // Faster than any hand, and than any page is drawn.
    await page.evaluate(
      ([explain, fusion]) => {
        const named = (text) => [...document.querySelectorAll('label')].find((one) => one.textContent === text);
        named(explain).querySelector('input').click();
        const select = document.getElementById(named(fusion).htmlFor);
        select.value = 'rrf';
        select.dispatchEvent(new Event('change', { bubbles: true }));
      },
      [t('search.explain'), t('search.fusion')],
    );
    await page.waitForURL(/explain=1/);
    assert.equal(new URL(page.url()).searchParams.get('fusion'), 'rrf');
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a hit opens its document beside it, and the focus comes back`, async () => {
    const page = await its.open(`/search?q=${encodeURIComponent(facts[language].warranty)}`, look);
    const link = button(page, 'search.open', { title }).first();
    await link.click();
    await beside(page).locator('mark').first().waitFor();
    assert.match(page.url(), /open=/);
    await page.reload();
    await beside(page).locator('mark').first().waitFor();
    await page.keyboard.press('Escape');
    await beside(page).waitFor({ state: 'detached' });
    await link.click();
    await beside(page).locator('mark').first().waitFor();
    await page.keyboard.press('Escape');
    await beside(page).waitFor({ state: 'detached' });
    assert.ok(await link.evaluate((element) => element === document.activeElement));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: nothing found, nothing sent and a server in trouble are told apart`, async () => {
    const page = await its.open('/search', look);
    await page.getByText(t('search.introTitle')).waitFor();
    await label(page, 'search.mode').selectOption({ label: t('search.modes.lexical') });
    await search(page, 'zyzzyva');
    await page.getByText(t('search.noneTitle')).waitFor();
    await page.route('**/v1/search', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ type: 'corrupt', status: 500, detail: 'segment 7 is damaged', request_id: 'r-1' }) }),
    );
    await search(page, 'qwzxj');
    const alert = page.getByRole('alert');
    await alert.getByText(t('problem.corrupt')).waitFor();
    await alert.getByText(t('common.requestId', { id: 'r-1' })).waitFor();
    await page.unroute('**/v1/search');
    await button(alert, 'common.retry').click();
    await alert.waitFor({ state: 'detached' });
    await page.getByText(t('search.noneTitle')).waitFor();
  });
}

test('what documents and their metadata say is text and nothing else', async () => {
  const page = await its.open('/search?q=pump+filter+March&explain=1');
  page.on('dialog', (dialog) => (page.troubles.push(dialog.message()), dialog.dismiss()));
  await page.getByRole('button', { name: `Open ${hostile} at this passage` }).waitFor();
  await page.getByRole('button', { name: new RegExp(`^Only kind: <img`) }).click();
  await page.getByRole('button', { name: `Remove the filter kind: ${hostile}` }).waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  assert.deepEqual(page.troubles, []);
});
