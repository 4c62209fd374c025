import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Endpoint, gate } from './endpoint.mjs';
import { beside, facts, open, Server, setUp } from './harness.mjs';
import { looks, texts } from './texts.mjs';

const its = setUp();

// Models that answer when a test wants them to.
let endpoint, modelled;
before(async () => {
  endpoint = await Endpoint.start();
  modelled = await Server.start({ environment: endpoint.environment('scripted') });
  await modelled.fill();
  await modelled.fill('lists', [
    { external_id: 'prices.md', title: 'Price list', text: '# Prices\n\nA new filter costs 15 euros at the dealer.\n' },
    { external_id: '價目.md', title: '價目表', text: '# 價目表\n\n經銷商的新濾網售價為十五歐元。\n' },
  ]);
});
after(async () => {
  await modelled?.stop();
  await endpoint?.stop();
});

for (const look of looks) {
  const { language } = look;
  const t = texts[language];
  const known = facts[language];
  const said = `${known.cleaned} [1]${language === 'en' ? '. ' : '。'}`;
  const invented = language === 'en' ? 'The pump was built in 1887 by Otto Brunner [1].' : '這台幫浦由陳大文於1887年在基隆製造 [1]。';
  const fresh = (server, path) => open(its.browser, server, path, look);
  const button = (place, path, values) => place.getByRole('button', { name: t(path, values), exact: true });
  const source = (place) => button(place, 'ask.citation', { n: 1, title: known.title }).first();
  const field = (page) => page.getByRole('textbox', { name: t('ask.question') });
  const ask = async (page, question) => {
    await field(page).fill(question);
    await page.keyboard.press('Enter');
  };
  /** The answer is complete, so that the next question can be asked. */
  const answered = (place) => button(place, 'ask.copy').waitFor();
  const chooseModel = async (page, name) => {
    await page.getByRole('button', { name: t('ask.who') }).click();
    await page.getByRole('menuitemradio', { name }).click();
    await page.getByRole('button', { name: `${t('ask.who')}: ${name}` }).waitFor();
  };
  const away = (page) => page.getByText(t('app.unreachable'));

  test(`${language}: an answer comes with sources; one opens the document beside it with the quote marked`, async () => {
    const page = await its.open('/', look);
    await ask(page, known.warranty);
    const turn = page.getByRole('article', { name: known.warranty });
    await turn.getByText(known.years).first().waitFor();
    await source(turn).click();
    await beside(page).locator('mark', { hasText: known.years }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('mark').waitFor({ state: 'detached' });
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: what the documents do not answer is said to be so`, async () => {
    const page = await its.open('/', look);
    await ask(page, known.chess);
    await page.getByText(t('ask.abstained')).waitFor();
    await page.getByRole('link', { name: t('ask.closest') }).click();
    await page.getByRole('searchbox', { name: t('search.query') }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('q'), known.chess);
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a reload brings the conversation back`, async () => {
    const page = await its.open('/', look);
    await ask(page, known.price);
    await answered(page);
    await page.reload();
    await page.getByRole('article', { name: known.price }).getByText(known.euros).first().waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a server that goes away is said to be away, and what failed can be asked again once it is back`, async () => {
    const own = await Server.start();
    try {
      await own.fill();
      const page = await fresh(own);
      await field(page).waitFor();
      await own.end();
      await ask(page, known.warranty);
      await away(page).waitFor();
      await own.restart();
      await away(page).waitFor({ state: 'detached' });
      await button(page.getByRole('article'), 'ask.again').click();
      await page.getByText(known.years).first().waitFor();
    } finally {
      await own.stop();
    }
  });

  test(`${language}: an answer is shown as it is written, stopped, and asked for again`, async () => {
    const page = await fresh(modelled);
    await chooseModel(page, 'scripted');
    const rest = gate();
    const asked = endpoint.reply(said, rest);
    await ask(page, known.cleaning);
    assert.ok(JSON.stringify((await asked).messages).includes(known.cleaning));
    const turn = page.getByRole('article');
    await turn.getByText(known.cleaned).waitFor();
    await button(page, 'ask.stop').click();
    await turn.getByText(t('ask.stopped')).waitFor();
    rest.open();
    void endpoint.reply(said);
    await button(turn, 'ask.again').click();
    await source(turn).waitFor();
    await turn.getByText(t('ask.stopped')).waitFor({ state: 'detached' });
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a follow-up leans on what was said, and is asked where and of whom the first was`, async () => {
    const page = await fresh(modelled);
    await page.getByRole('button', { name: `${t('ask.where')}: ${t('ask.allCollections')}` }).click();
    await page.getByRole('menuitemcheckbox', { name: 'manuals' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: `${t('ask.where')}: manuals` }).waitFor();
    await ask(page, known.warranty);
    await answered(page);
    assert.ok(await field(page).evaluate((element) => element === document.activeElement), 'the next question can be typed at once');
    await page.keyboard.type(known.price);
    await page.keyboard.press('Enter');
    const second = page.getByRole('article', { name: known.price, exact: true });
    await answered(second);
    await second.getByText(known.euros).first().waitFor();
    assert.equal(await second.getByText(/15 euros|十五歐元/).count(), 0, 'the other collection was not asked');
    await page.reload();
    await page.getByRole('button', { name: `${t('ask.where')}: manuals` }).waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: an answer is copied with its sources`, async () => {
    const page = await its.open('/', { ...look, permissions: ['clipboard-read', 'clipboard-write'] });
    await ask(page, known.warranty);
    await button(page, 'ask.copy').click();
    await page.getByText(t('ask.copied')).waitFor();
    const [answer, first] = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
    assert.ok(answer.startsWith(known.years) && answer.endsWith('[1]'), answer);
    assert.ok(first.startsWith(`[1] ${known.title}`) && first.includes(known.years), first);
  });

  test(`${language}: earlier conversations are found in the history, opened and forgotten`, async () => {
    const page = await its.open('/', look);
    await ask(page, known.warranty);
    await answered(page);
    await button(page, 'ask.newQuestion').click();
    await page.getByText(t('ask.heading')).waitFor();
    await ask(page, known.price);
    await answered(page);
    await button(page, 'ask.history').click();
    const history = page.getByRole('dialog', { name: t('ask.history') });
    const forget = (title) => button(history, 'ask.forget', { title });
    await history.getByRole('listitem').filter({ hasText: known.warranty }).getByRole('button').first().click();
    await page.getByRole('article', { name: known.warranty }).waitFor();
    await button(page, 'ask.history').click();
    await forget(known.price).click();
    await forget(known.price).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await history.waitFor({ state: 'detached' });
    await page.reload();
    await button(page, 'ask.history').click();
    await forget(known.warranty).waitFor();
    assert.equal(await forget(known.price).count(), 0);
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a server that dies in the middle of an answer is said to be away; what had come stays, and can be asked for again`, async () => {
    const own = await Server.start({ environment: endpoint.environment('scripted') });
    const rest = gate();
    try {
      await own.fill();
      const page = await fresh(own);
      await chooseModel(page, 'scripted');
      void endpoint.reply(said, rest);
      await ask(page, known.cleaning);
      const turn = page.getByRole('article');
      await turn.getByText(known.cleaned).waitFor();
      await own.end('SIGKILL');
      await turn.getByRole('alert').getByText(t('problem.unreachable')).waitFor();
      await turn.getByText(known.cleaned).waitFor();
      await own.restart();
      await away(page).waitFor({ state: 'detached' });
      void endpoint.reply(said);
      await button(turn, 'ask.again').click();
      await source(turn).waitFor();
    } finally {
      rest.open();
      await own.stop();
    }
  });

  test(`${language}: a reload in the middle of an answer keeps what had come, and says so`, async () => {
    const page = await fresh(modelled);
    await chooseModel(page, 'scripted');
    const rest = gate();
    void endpoint.reply(said, rest);
    await ask(page, known.cleaning);
    const turn = page.getByRole('article', { name: known.cleaning });
    await turn.getByText(known.cleaned).waitFor();
    await page.reload();
    await turn.getByText(t('ask.interrupted')).waitFor();
    await turn.getByText(known.cleaned).waitFor();
    rest.open();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: what a model invents is left out, and that is said`, async () => {
    const page = await fresh(modelled);
    await chooseModel(page, 'scripted');
    void endpoint.reply(said, invented);
    await ask(page, known.cleaning);
    await page.getByText(t('ask.dropped', { count: 1 })).waitFor();
    void endpoint.reply(known.warranty); // What it makes of a follow-up, before it answers.
    void endpoint.reply(invented);
    await ask(page, known.warranty);
    const second = page.getByRole('article').nth(1);
    await second.getByText(t('ask.abstained')).waitFor();
    await second.getByText(t('ask.dropped', { count: 1 })).waitFor();
  });

  test(`${language}: where it is shown all the same, it is marked, and its markup is text`, async () => {
    const own = await Server.start({ environment: { ...endpoint.environment('scripted'), CAIRN_ANSWERS_UNSUPPORTED: 'show' } });
    const markup = '<b>Otto Brunner</b><img src=x onerror=alert(1)>';
    try {
      await own.fill();
      const page = await fresh(own);
      await chooseModel(page, 'scripted');
      void endpoint.reply(said, invented.replace(/Otto Brunner|陳大文/, markup));
      await ask(page, known.cleaning);
      await page.getByText(t('ask.unsupportedNote', { count: 1 })).waitFor();
      await page.getByText(markup).first().waitFor();
      assert.equal(await page.locator('main img, main b').count(), 0);
      assert.deepEqual(page.troubles, []);
    } finally {
      await own.stop();
    }
  });
}

test('a model that does not answer is said not to, in Chinese too', async () => {
  const silent = await Server.start({ environment: { ...endpoint.environment('silent'), CAIRN_GENERATORS_SILENT_BASE_URL: 'http://127.0.0.1:9/v1' } });
  try {
    await silent.fill();
    const page = await open(its.browser, silent, '/', { language: 'zh' });
    await page.getByRole('button', { name: /^由誰回答/ }).click();
    await page.getByRole('menuitemradio', { name: 'silent' }).click();
    await page.getByRole('textbox', { name: '你的問題' }).fill('保固期限多長？');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('article').getByRole('alert');
    await alert.getByText('模型 silent 無法回答').waitFor();
    await alert.getByText('伺服器的說明（英文）').click();
    await alert.getByText('the model silent cannot answer').waitFor();
  } finally {
    await silent.stop();
  }
});
