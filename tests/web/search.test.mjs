import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documents, setUp } from './harness.mjs';

const hostile = '<img src=x onerror=alert(1)>';
const entries = [
  ...documents.map((document, i) => ({ ...document, metadata: { year: 2024 + i, kind: 'guide' } })),
  { external_id: 'memo', title: hostile, text: `The pump filter ${hostile} was cleaned in March.`, metadata: { year: 2025, kind: hostile, open: true } },
];

const its = setUp({ entries });

const search = async (page, query) => {
  await page.getByRole('searchbox').fill(query);
  await page.keyboard.press('Enter');
};

test('hits show what was found and where; the address carries the whole search', async () => {
  const page = await its.open('/search');
  await search(page, 'cleaning the filter');
  const hit = page.getByRole('article').filter({ hasText: 'Pump guide' });
  await hit.locator('mark', { hasText: 'cleaned' }).waitFor();
  await hit.getByText('Filter', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Only kind: guide 1 document' }).or(page.getByRole('button', { name: 'Only kind: guide 2 documents' })).click();
  await page.getByLabel('Search by').selectOption({ label: 'Words' });
  await page.getByLabel('Explain scores').check();
  const explanation = page.getByRole('group', { name: 'Where the score comes from' }).first();
  await explanation.getByText('Rank 1 by words').waitFor();
  assert.ok(await page.getByLabel('Rankings are joined by').isDisabled());
  const { search: address } = new URL(page.url());
  assert.equal(address, '?q=cleaning+the+filter&mode=lexical&explain=1&f.kind=guide');
  await page.reload();
  await explanation.getByText('Rank 1 by words').waitFor();
  await page.getByRole('button', { name: 'Remove the filter kind: guide' }).click();
  await page.getByRole('article').filter({ hasText: 'onerror' }).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Remove the filter kind: guide' }).waitFor();
  assert.deepEqual(page.troubles, []);
});

test('a hit opens its document beside it, and the focus comes back', async () => {
  const page = await its.open('/search?q=warranty');
  const link = page.getByRole('button', { name: 'Open Pump guide at this passage' }).first();
  await link.click();
  const panel = page.getByRole('complementary', { name: 'Pump guide' });
  await panel.locator('mark').first().waitFor();
  assert.match(page.url(), /open=/);
  await page.reload();
  await panel.locator('mark').first().waitFor();
  await panel.focus();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await link.click();
  await panel.waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  assert.ok(await link.evaluate((element) => element === document.activeElement));
});

test('Chinese is found by pairs of characters, in the Chinese interface, on a narrow screen', async () => {
  const page = await its.open('/search', { language: 'zh', width: 360, theme: 'dark' });
  await search(page, '保固期限');
  const hit = page.getByRole('article').filter({ hasText: '保固說明' }).first();
  await hit.locator('mark', { hasText: '保固期限' }).first().waitFor();
  await hit.getByRole('button', { name: '開啟「保固說明」並前往這個段落' }).click();
  await page.getByRole('dialog').locator('mark').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.deepEqual(page.troubles, []);
});

test('what documents and their metadata say is text and nothing else', async () => {
  const page = await its.open('/search?q=pump+filter+March&explain=1');
  page.on('dialog', (dialog) => (page.troubles.push(dialog.message()), dialog.dismiss()));
  await page.getByRole('button', { name: `Open ${hostile} at this passage` }).waitFor();
  await page.getByRole('button', { name: new RegExp(`^Only kind: <img`) }).click();
  await page.getByRole('button', { name: `Remove the filter kind: ${hostile}` }).waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  assert.deepEqual(page.troubles, []);
});

test('nothing found, nothing sent and a server in trouble are told apart', async () => {
  const page = await its.open('/search');
  await page.getByText('Find the passage, not just the file').waitFor();
  await page.getByLabel('Search by').selectOption({ label: 'Words' });
  await search(page, 'zyzzyva');
  await page.getByText('Nothing fits').waitFor();
  await page.route('**/v1/search', (route) =>
    route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ type: 'corrupt', status: 500, detail: 'segment 7 is damaged', request_id: 'r-1' }) }),
  );
  await search(page, 'qwzxj');
  const alert = page.getByRole('alert');
  await alert.getByText('segment 7 is damaged').waitFor();
  await alert.getByText('Request r-1').waitFor();
  await page.unroute('**/v1/search');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await alert.waitFor({ state: 'detached' });
  await page.getByText('Nothing fits').waitFor();
});
