import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, Server, setUp } from './harness.mjs';

const ada = { name: 'ada', password: 'correct horse battery', scopes: ['query', 'ingest', 'admin'] };
const its = setUp({ prepare: (server) => server.request('POST', '/v1/users', ada) });

async function signIn(page, password = 'correct horse battery') {
  await page.getByLabel('User name').fill('ada');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
const inside = (page) => page.getByRole('navigation', { name: 'Pages' });

test('a wrong password is refused, the right one lets in, and a reload keeps the session', async () => {
  const page = await its.open();
  await signIn(page, 'wrong password');
  await page.getByText('The name or the password is wrong.').waitFor();
  await signIn(page);
  await inside(page).waitFor();
  await page.reload();
  await inside(page).waitFor();
  await page.getByRole('button', { name: 'Language, theme and account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out ada' }).click();
  await page.getByLabel('User name').waitFor();
});

test('signing out shows the sign-in, whichever reply comes first', async () => {
  const page = await its.open();
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
  await page.getByRole('button', { name: 'Language, theme and account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out ada' }).click();
  await page.getByLabel('User name').waitFor();
});

test('tabs that renew an expired session at the same time do not end it', async () => {
  const first = await its.open();
  await signIn(first);
  await inside(first).waitFor();
  const context = first.context();
  const others = await Promise.all([1, 2, 3].map(() => its.open('/documents', { context })));
  await Promise.all(others.map((page) => inside(page).waitFor()));
  // Each tab forgets its access token by being loaded again, all at once.
  await Promise.all([first, ...others].map((page) => page.reload()));
  await Promise.all([first, ...others].map((page) => inside(page).waitFor()));
  await others[0].getByRole('table', { name: 'Documents of manuals' }).waitFor();
});

test('a session that ends in the middle of a page asks again above it, and nothing on the page is lost', async () => {
  const page = await its.open();
  await signIn(page);
  await page.getByRole('textbox', { name: 'Your question' }).fill('What does a new filter cost, and');
  const { access_token } = await its.server.request('POST', '/v1/auth/login', { user: 'ada', password: 'correct horse battery' });
  // A new password ends all sessions of a user.
  await its.server.request('PATCH', '/v1/users/ada', { password: 'correct horse battery' }, { Authorization: `Bearer ${access_token}` });
  await page.getByRole('link', { name: 'Documents' }).click();
  const again = page.getByRole('dialog', { name: 'Sign in' });
  await again.getByText('Your session has ended.').waitFor();
  await signIn(page);
  await again.waitFor({ state: 'detached' });
  await page.getByRole('table', { name: 'Documents of manuals' }).waitFor();
  await page.getByRole('link', { name: 'Ask', exact: true }).click();
  assert.equal(await page.getByRole('textbox', { name: 'Your question' }).inputValue(), 'What does a new filter cost, and');
});

test('a key signs in', async () => {
  const { access_token } = await its.server.request('POST', '/v1/auth/login', { user: 'ada', password: 'correct horse battery' });
  const key = await its.server.request('POST', '/v1/keys', { name: 'tests', scopes: ['query'] }, { Authorization: `Bearer ${access_token}` });
  const page = await its.open();
  await page.getByRole('tab', { name: 'API key' }).click();
  await page.getByLabel('API key', { exact: true }).last().fill(key.secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await inside(page).waitFor();
  await page.getByRole('textbox', { name: 'Your question' }).waitFor();
  await page.getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('table', { name: 'Documents of manuals' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Choose files' }).count(), 0, 'the key may not add documents');
});

test('the link of a first start makes the administrator, once', async () => {
  const open_to_all = await Server.start({ listen: '0.0.0.0:0' });
  try {
    const link = open_to_all.lines.find((line) => line.includes('#setup=')).trim().replace('0.0.0.0', '127.0.0.1');
    const page = await open(its.browser, { url: link }, '');
    await page.getByRole('heading', { name: 'Create the administrator' }).waitFor();
    assert.ok(!page.url().includes('setup'), 'the secret has left the address');
    await page.getByLabel('User name').fill('grace');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByLabel('Password again').fill('correct horse battery');
    await page.getByRole('button', { name: 'Create and sign in' }).click();
    await inside(page).waitFor();
  } finally {
    await open_to_all.stop();
  }
});
