import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, Server } from './harness.mjs';

let browser, server;
before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.fill();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const ask = async (page, question) => {
  await page.getByRole('textbox', { name: /Your question|你的問題/ }).fill(question);
  await page.keyboard.press('Enter');
};

test('an answer comes with sources; one opens the document beside it with the quote marked', async () => {
  const page = await open(browser, server);
  await ask(page, 'How long does the warranty last?');
  const turn = page.getByRole('article', { name: 'How long does the warranty last?' });
  await turn.getByText('The warranty lasts three years').first().waitFor();
  await turn.getByRole('button', { name: 'Source 1: Pump guide' }).first().click();
  await page.getByRole('complementary').locator('mark').waitFor();
  assert.match(await page.getByRole('complementary').locator('mark').innerText(), /three years/);
  assert.deepEqual(page.troubles, []);
});

test('a question in Chinese is answered in the Chinese interface', async () => {
  const page = await open(browser, server, '/', { language: 'zh', width: 360 });
  await ask(page, '保固期限多長？');
  await page.getByRole('article').getByText('三年').first().waitFor();
  await page.getByRole('button', { name: '出處 1：保固說明' }).first().click();
  await page.getByRole('dialog').locator('mark').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(page.troubles, []);
});

test('what the documents do not answer is said to be so', async () => {
  const page = await open(browser, server);
  await ask(page, 'Who won the chess championship in 1972?');
  await page.getByText('Your documents do not answer this question.').waitFor();
});

test('a reload brings the conversation back', async () => {
  const page = await open(browser, server);
  await ask(page, 'What does a new filter cost?');
  await page.getByRole('article').getByText('12 euros').first().waitFor();
  await page.getByRole('button', { name: 'Copy with sources' }).waitFor();
  await page.reload();
  await page.getByRole('article', { name: 'What does a new filter cost?' }).getByText('12 euros').first().waitFor();
});

test('a server that goes away is said to be away, and what failed can be asked again once it is back', async () => {
  const own = await Server.start();
  try {
    await own.fill();
    const page = await open(browser, own);
    await page.getByRole('textbox', { name: 'Your question' }).waitFor();
    await own.end();
    await ask(page, 'How long does the warranty last?');
    await page.getByText('The server does not answer. Trying again …').waitFor();
    await own.restart();
    await page.getByText('The server does not answer. Trying again …').waitFor({ state: 'detached' });
    await page.getByRole('article').getByRole('button', { name: 'Ask again' }).click();
    await page.getByText('The warranty lasts three years').first().waitFor();
  } finally {
    await own.stop();
  }
});
