import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Endpoint, gate } from './endpoint.mjs';
import { open, Server, setUp } from './harness.mjs';

const its = setUp();

const ask = async (page, question) => {
  await page.getByRole('textbox', { name: /Your question|你的問題/ }).fill(question);
  await page.keyboard.press('Enter');
};

test('an answer comes with sources; one opens the document beside it with the quote marked', async () => {
  const page = await its.open();
  await ask(page, 'How long does the warranty last?');
  const turn = page.getByRole('article', { name: 'How long does the warranty last?' });
  await turn.getByText('The warranty lasts three years').first().waitFor();
  await turn.getByRole('button', { name: 'Source 1: Pump guide' }).first().click();
  await page.getByRole('complementary').locator('mark').waitFor();
  assert.match(await page.getByRole('complementary').locator('mark').innerText(), /three years/);
  assert.deepEqual(page.troubles, []);
});

test('a question in Chinese is answered in the Chinese interface', async () => {
  const page = await its.open('/', { language: 'zh', width: 360 });
  await ask(page, '保固期限多長？');
  await page.getByRole('article').getByText('三年').first().waitFor();
  await page.getByRole('button', { name: '出處 1：保固說明' }).first().click();
  await page.getByRole('dialog').locator('mark').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(page.troubles, []);
});

test('what the documents do not answer is said to be so', async () => {
  const page = await its.open();
  await ask(page, 'Who won the chess championship in 1972?');
  await page.getByText('Your documents do not answer this question.').waitFor();
});

test('a reload brings the conversation back', async () => {
  const page = await its.open();
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
    const page = await open(its.browser, own);
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

// A model that answers when a test wants it to.
let endpoint, modelled;
before(async () => {
  endpoint = await Endpoint.start();
  modelled = await Server.start({ environment: endpoint.environment('scripted') });
  await modelled.fill();
  await modelled.fill('lists', [{ external_id: 'prices.md', title: 'Price list', text: '# Prices\n\nA new filter costs 15 euros at the dealer.\n' }]);
});
after(async () => {
  await modelled?.stop();
  await endpoint?.stop();
});

const cleaned = 'The filter is cleaned every month with warm water [1]. ';
const chooseModel = async (page) => {
  await page.getByRole('button', { name: /^Who answers: / }).click();
  await page.getByRole('menuitemradio', { name: 'scripted' }).click();
  await page.getByRole('button', { name: 'Who answers: scripted' }).waitFor();
};

test('an answer is shown as it is written, stopped, and asked for again', async () => {
  const page = await open(its.browser, modelled);
  await chooseModel(page);
  const rest = gate();
  const asked = endpoint.reply(cleaned, rest);
  await ask(page, 'How often is the filter cleaned?');
  assert.match(JSON.stringify((await asked).messages), /How often is the filter cleaned/);
  const turn = page.getByRole('article');
  await turn.getByText('The filter is cleaned every month').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await turn.getByText('Stopped before the answer was complete.').waitFor();
  rest.open();
  void endpoint.reply(cleaned);
  await turn.getByRole('button', { name: 'Ask again' }).click();
  await turn.getByRole('button', { name: 'Source 1: Pump guide' }).first().waitFor();
  assert.equal(await turn.getByText('Stopped before').count(), 0);
  assert.deepEqual(page.troubles, []);
});

test('a follow-up leans on what was said, and is asked where and of whom the first was', async () => {
  const page = await open(its.browser, modelled);
  await page.getByRole('button', { name: 'Where to look: All collections' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'manuals' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Where to look: manuals' }).waitFor();
  await ask(page, 'How long does the warranty last?');
  await page.getByRole('article').getByText('The warranty lasts three years').first().waitFor();
  const field = page.getByRole('textbox', { name: 'Your question' });
  assert.ok(await field.evaluate((element) => element === document.activeElement), 'the next question can be typed at once');
  await page.keyboard.type('And what does a new filter cost?');
  await page.keyboard.press('Enter');
  const second = page.getByRole('article').nth(1);
  await second.getByText('12 euros').first().waitFor();
  assert.equal(await second.getByText('15 euros').count(), 0, 'the other collection was not asked');
  await page.reload();
  await page.getByRole('button', { name: 'Where to look: manuals' }).waitFor();
  assert.deepEqual(page.troubles, []);
});

test('an answer is copied with its sources', async () => {
  const page = await its.open('/', { permissions: ['clipboard-read', 'clipboard-write'] });
  await ask(page, 'How long does the warranty last?');
  await page.getByRole('button', { name: 'Copy with sources' }).click();
  await page.getByText('The answer and its sources are in the clipboard.').waitFor();
  assert.equal(
    await page.evaluate(() => navigator.clipboard.readText()),
    'The warranty lasts three years from the day of purchase. [1]\n[1] Pump guide: “The warranty lasts three years from the day of purchase.”',
  );
});

test('earlier conversations are found in the history, opened and forgotten', async () => {
  const page = await its.open();
  await ask(page, 'How long does the warranty last?');
  await page.getByRole('button', { name: 'Copy with sources' }).waitFor();
  await page.getByRole('button', { name: 'New question' }).click();
  await page.getByText('Ask your documents').waitFor();
  await ask(page, 'What does a new filter cost?');
  await page.getByRole('article').getByText('12 euros').first().waitFor();
  await page.getByRole('button', { name: 'History' }).click();
  const history = page.getByRole('dialog', { name: 'History' });
  await history.getByRole('button', { name: /^How long does the warranty last/ }).click();
  await page.getByRole('article', { name: 'How long does the warranty last?' }).waitFor();
  await page.getByRole('button', { name: 'History' }).click();
  await history.getByRole('button', { name: 'Delete “What does a new filter cost?” from the history' }).click();
  await history.getByRole('button', { name: /^What does a new filter cost/ }).waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.reload();
  await page.getByRole('button', { name: 'History' }).click();
  await history.getByRole('button', { name: /^How long does the warranty last/ }).waitFor();
  assert.equal(await history.getByRole('button', { name: /^What does a new filter cost/ }).count(), 0);
  assert.deepEqual(page.troubles, []);
});

test('a server that dies in the middle of an answer is said to be away; what had come stays, and can be asked for again', async () => {
  const own = await Server.start({ environment: endpoint.environment('scripted') });
  const rest = gate();
  try {
    await own.fill();
    const page = await open(its.browser, own);
    await chooseModel(page);
    void endpoint.reply(cleaned, rest);
    await ask(page, 'How often is the filter cleaned?');
    const turn = page.getByRole('article');
    await turn.getByText('The filter is cleaned every month').waitFor();
    await own.end('SIGKILL');
    await turn.getByRole('alert').getByText('The server does not answer').waitFor();
    await turn.getByText('The filter is cleaned every month').waitFor();
    await own.restart();
    await page.getByText('The server does not answer. Trying again …').waitFor({ state: 'detached' });
    void endpoint.reply(cleaned);
    await turn.getByRole('button', { name: 'Ask again' }).click();
    await turn.getByRole('button', { name: 'Source 1: Pump guide' }).first().waitFor();
  } finally {
    rest.open();
    await own.stop();
  }
});

test('a reload in the middle of an answer keeps what had come, and says so', async () => {
  const page = await open(its.browser, modelled);
  await chooseModel(page);
  const rest = gate();
  void endpoint.reply(cleaned, rest);
  await ask(page, 'How often is the filter cleaned?');
  await page.getByText('The filter is cleaned every month').waitFor();
  await page.reload();
  const turn = page.getByRole('article', { name: 'How often is the filter cleaned?' });
  await turn.getByText('The page was closed before the answer was complete.').waitFor();
  rest.open();
  assert.deepEqual(page.troubles, []);
});

test('what a model invents is left out, and that is said', async () => {
  const page = await open(its.browser, modelled);
  await chooseModel(page);
  void endpoint.reply(cleaned, 'The pump was built in 1887 by Otto Brunner [1].');
  await ask(page, 'How often is the filter cleaned?');
  await page.getByText('1 sentence of the model was left out, because no quote supports it.').waitFor();
  void endpoint.reply('How long does the warranty last?'); // What it makes of a follow-up, before it answers.
  void endpoint.reply('The pump was built in 1887 by Otto Brunner [1].');
  await ask(page, 'How long does the warranty last?');
  const second = page.getByRole('article').nth(1);
  await second.getByText('Your documents do not answer this question.').waitFor();
  await second.getByText('1 sentence of the model was left out').waitFor();
});

test('where it is shown all the same, it is marked, and its markup is text', async () => {
  const own = await Server.start({ environment: { ...endpoint.environment('scripted'), CAIRN_ANSWERS_UNSUPPORTED: 'show' } });
  try {
    await own.fill();
    const page = await open(its.browser, own);
    await chooseModel(page);
    void endpoint.reply(cleaned, 'The pump was built by <b>Otto Brunner</b><img src=x onerror=alert(1)> in 1887 [1].');
    await ask(page, 'How often is the filter cleaned?');
    await page.getByText('1 sentence has no quote behind it').waitFor();
    await page.getByText('<b>Otto Brunner</b><img src=x onerror=alert(1)>').first().waitFor();
    assert.equal(await page.locator('main img, main b').count(), 0);
    assert.deepEqual(page.troubles, []);
  } finally {
    await own.stop();
  }
});

test('a model that does not answer is said not to, in Chinese too', async () => {
  const silent = await Server.start({ environment: { ...endpoint.environment('silent'), CAIRN_GENERATORS_SILENT_BASE_URL: 'http://127.0.0.1:9/v1' } });
  try {
    await silent.fill();
    const page = await open(its.browser, silent, '/', { language: 'zh' });
    await page.getByRole('button', { name: /^由誰回答/ }).click();
    await page.getByRole('menuitemradio', { name: 'silent' }).click();
    await ask(page, '保固期限多長？');
    const alert = page.getByRole('article').getByRole('alert');
    await alert.getByText('模型 silent 無法回答').waitFor();
    await alert.getByText('伺服器的說明（英文）').click();
    await alert.getByText('the model silent cannot answer').waitFor();
  } finally {
    await silent.stop();
  }
});
