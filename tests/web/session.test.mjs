import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, Server, setUp } from './harness.mjs';
import { looks, texts } from './texts.mjs';

const ada = { name: 'ada', password: 'correct horse battery', scopes: ['query', 'ingest', 'admin'] };
const its = setUp({ prepare: (server) => server.request('POST', '/v1/users', ada) });
const accessToken = async () => (await its.server.request('POST', '/v1/auth/login', { user: ada.name, password: ada.password })).access_token;

for (const look of looks) {
  const { language } = look;
  const t = texts[language];
  const button = (place, path) => place.getByRole('button', { name: t(path), exact: true });
  const userName = (page) => page.getByLabel(t('signIn.user'), { exact: true });
  const question = (page) => page.getByRole('textbox', { name: t('ask.question') });
  const inside = (page) => page.getByRole('navigation', { name: t('nav.label') });
  const go = (page, name) => inside(page).getByRole('link', { name: t(`nav.${name}`), exact: true }).click();
  const list = (page) => page.getByRole('table', { name: t('documents.list', { collection: 'manuals' }) });
  const signIn = async (page, password = ada.password) => {
    await userName(page).fill(ada.name);
    await page.getByLabel(t('signIn.password'), { exact: true }).fill(password);
    await button(page, 'signIn.action').click();
  };
  const signOut = async (page) => {
    await button(page, 'app.settings').click();
    await page.getByRole('menuitem', { name: t('app.signOut', { name: ada.name }) }).click();
  };

  test(`${language}: a wrong password is refused, the right one lets in, and a reload keeps the session`, async () => {
    const page = await its.open('/', look);
    await signIn(page, 'wrong password');
    await page.getByText(t('signIn.wrong')).waitFor();
    await signIn(page);
    await inside(page).waitFor();
    await page.reload();
    await inside(page).waitFor();
    await signOut(page);
    await userName(page).waitFor();
  });

  test(`${language}: a session that ends in the middle of a page asks again above it, and nothing on the page is lost`, async () => {
    const page = await its.open('/', look);
    await signIn(page);
    await question(page).fill('What does a new filter cost, and');
    // A new password ends all sessions of a user.
    await its.server.request('PATCH', '/v1/users/ada', { password: ada.password }, { Authorization: `Bearer ${await accessToken()}` });
    await go(page, 'documents');
    const again = page.getByRole('dialog', { name: t('signIn.title') });
    await again.getByText(t('signIn.again')).waitFor();
    await signIn(page);
    await again.waitFor({ state: 'detached' });
    await list(page).waitFor();
    await go(page, 'ask');
    await question(page).waitFor();
    assert.equal(await question(page).inputValue(), 'What does a new filter cost, and');
  });

  test(`${language}: a key signs in`, async () => {
    const key = await its.server.request('POST', '/v1/keys', { name: 'tests', scopes: ['query'] }, { Authorization: `Bearer ${await accessToken()}` });
    const page = await its.open('/', look);
    await page.getByRole('tab', { name: t('signIn.withKey') }).click();
    await page.getByRole('textbox', { name: t('signIn.key'), exact: true }).fill(key.secret);
    await button(page, 'signIn.action').click();
    await question(page).waitFor();
    await go(page, 'documents');
    await list(page).waitFor();
    assert.equal(await button(page, 'uploads.chooseFiles').count(), 0, 'the key may not add documents');
  });

  test(`${language}: the link of a first start makes the administrator, once`, async () => {
    const openToAll = await Server.start({ listen: '0.0.0.0:0' });
    try {
      const link = openToAll.lines.find((line) => line.includes('#setup=')).trim().replace('0.0.0.0', '127.0.0.1');
      const page = await open(its.browser, { url: link }, '', look);
      await page.getByRole('heading', { name: t('start.setupTitle') }).waitFor();
      assert.ok(!page.url().includes('setup'), 'the secret has left the address');
      await page.getByLabel(t('start.setupUser'), { exact: true }).fill('grace');
      await page.getByLabel(t('start.setupPassword'), { exact: true }).fill(ada.password);
      await page.getByLabel(t('start.setupRepeat'), { exact: true }).fill('something else');
      await page.getByText(t('start.setupDiffers')).waitFor();
      await page.getByLabel(t('start.setupRepeat'), { exact: true }).fill(ada.password);
      await button(page, 'start.setupAction').click();
      await inside(page).waitFor();
    } finally {
      await openToAll.stop();
    }
  });

  if (language !== 'en') continue; // What follows says nothing.

  test('signing out shows the sign-in, whichever reply comes first', async () => {
    const page = await its.open('/', look);
    await signIn(page);
    await inside(page).waitFor();
    const signedOut = page.waitForResponse('**/v1/auth/logout');
    await page.route('**/v1/**', async (route) => {
      if (route.request().method() === 'POST') return route.continue();
      if (route.request().url().includes('/v1/events')) return; // It may still be on its way when all is over.
      await (await signedOut).finished();
      await page.evaluate(() => new Promise(requestAnimationFrame));
      await route.continue().catch(() => {}); // The page may not want it any more.
    });
    await signOut(page);
    await userName(page).waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' }); // What is still held up ends with the page.
  });

  test('tabs that renew an expired session at the same time do not end it', async () => {
    const first = await its.open('/', look);
    await signIn(first);
    await inside(first).waitFor();
    const context = first.context();
    const others = await Promise.all([1, 2, 3].map(() => its.open('/documents', { ...look, context })));
    await Promise.all(others.map((page) => inside(page).waitFor()));
    // Each tab forgets its access token by being loaded again, all at once.
    await Promise.all([first, ...others].map((page) => page.reload()));
    await Promise.all([first, ...others].map((page) => inside(page).waitFor()));
    await list(others[0]).waitFor();
  });
}
