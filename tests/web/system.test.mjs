import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, Server, setUp } from './harness.mjs';
import { like, looks, texts } from './texts.mjs';

const its = setUp();
let other; // For what is done in the second language: the first key closes the door that stands open to this machine.
before(async () => {
  other = await Server.start();
  await other.fill();
});
after(() => other?.stop());

for (const look of looks) {
  const { language } = look;
  const t = texts[language];
  const server = () => (language === 'en' ? its.server : other);
  const visit = (path, more) => open(its.browser, server(), path, { ...look, ...more });
  const button = (place, path, values) => place.getByRole('button', { name: t(path, values), exact: true });
  const section = (page, name) => page.getByRole('link', { name: t(`system.sections.${name}`), exact: true });
  const field = (place, path) => place.getByLabel(t(path), { exact: true });
  const row = (page, name) => page.getByRole('row', { name: new RegExp(`^${name}`) });
  /** Presses what takes something away, and says that it is meant. */
  const confirm = (page, path) => button(page.getByRole('dialog'), path).click();

  test(`${language}: the overview shows the node, what it does just now and how long that takes`, async () => {
    const page = await visit('/search?q=filter');
    await page.getByRole('article').first().waitFor();
    await page.getByRole('link', { name: t('nav.system') }).click();
    const node = page.getByRole('article', { name: `${t('system.nodes.name')} local` });
    for (const figure of ['cpuOf', 'diskOf']) await node.getByText(like(language, `system.nodes.${figure}`)).first().waitFor();
    await page.getByRole('row', { name: new RegExp(`^${t('system.latency.stages.embed')}`) }).getByText(/ ?(ms|sec|min|毫秒|秒|分鐘)$/).first().waitFor();
    await page.getByText(like(language, 'system.rates.perSecond')).first().waitFor();
    await section(page, 'collections').click();
    await row(page, 'manuals').getByText(t('system.collections.strategies.recursive')).waitFor();
    await section(page, 'models').click();
    await page.getByRole('row').filter({ hasText: t('system.models.purposes.chat') }).first().waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: keys and users come and go, their secret is shown once, and the log tells of it`, async () => {
    const page = await visit('/system/keys', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByText(t('system.keys.closesDoor')).waitFor();
    await button(page, 'system.keys.create').click();
    const form = page.getByRole('dialog', { name: t('system.keys.create') });
    await button(form, 'system.keys.make').click();
    await form.getByText(t('system.keys.needName')).waitFor();
    await field(form, 'system.keys.name').fill('the owner');
    assert.ok(await form.getByLabel(t('system.scopes.admin')).isChecked(), 'nobody locks themselves out by accident');
    await button(form, 'system.keys.make').click();
    const made = page.getByRole('dialog', { name: t('system.keys.madeTitle', { name: 'the owner' }) });
    const key = await field(made, 'system.keys.secret').inputValue();
    assert.match(key, /^cairn_/);
    await button(made, 'system.keys.copy').click();
    await button(made, 'system.keys.copied').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
    await button(made, 'system.keys.done').click();
    await made.waitFor({ state: 'detached' });
    await row(page, 'the owner').waitFor();
    assert.ok(!(await page.content()).includes(key), 'the secret is gone');

    await section(page, 'users').click();
    await button(page, 'system.users.create').click();
    const person = page.getByRole('dialog');
    await field(person, 'system.users.name').fill('ada');
    await field(person, 'system.users.password').fill('short');
    await button(person, 'system.users.make').click();
    await person.getByText(t('system.users.shortPassword')).waitFor();
    await field(person, 'system.users.password').fill('correct horse battery');
    await button(person, 'system.users.make').click();
    await person.waitFor({ state: 'detached' });
    const ada = row(page, 'ada');
    await ada.getByText(t('system.scopes.query')).waitFor();
    await ada.getByRole('button', { name: t('system.users.changeTitle', { name: 'ada' }) }).click();
    await person.getByLabel(t('system.scopes.ingest')).check();
    await field(person, 'system.users.groups').fill('finance, board');
    await button(person, 'common.save').click();
    await person.waitFor({ state: 'detached' });
    await ada.getByText(/finance.*board|board.*finance/).waitFor();
    await ada.getByRole('button', { name: t('common.delete') }).click();
    await confirm(page, 'common.delete');
    await ada.waitFor({ state: 'detached' });

    await section(page, 'audit').click();
    const deletions = page.getByRole('row').filter({ hasText: t('system.audit.actions.deleteUser') });
    await deletions.getByText('user:ada').waitFor();
    await field(page, 'system.audit.filterAction').fill('key.create');
    await button(page, 'system.audit.apply').click();
    await deletions.waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: t('system.audit.actions.createKey') }).waitFor();
    assert.deepEqual(page.troubles, []);

    const authorised = { Authorization: `Bearer ${key}` };
    const reader = await server().request('POST', '/v1/keys', { name: 'reader', scopes: ['query'] }, authorised);
    const limited = await visit('/system');
    await limited.getByRole('tab', { name: t('signIn.withKey') }).click();
    await limited.getByRole('textbox', { name: t('signIn.key'), exact: true }).fill(reader.secret);
    await button(limited, 'signIn.action').click();
    await limited.getByText(t('system.limited', { scopes: t('system.scopes.query') })).waitFor();
    assert.equal(await section(limited, 'audit').count(), 0);

    await section(page, 'keys').click();
    await row(page, 'reader').getByRole('button', { name: t('system.keys.revoke') }).click();
    await confirm(page, 'system.keys.revoke');
    await row(page, 'reader').waitFor({ state: 'detached' });
    await page.getByLabel(t('system.keys.showRevoked')).check();
    await row(page, 'reader').getByText(t('system.keys.revoked')).waitFor();
    await limited.reload();
    await button(limited, 'signIn.action').waitFor();
  });
}
