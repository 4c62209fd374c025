import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './harness.mjs';

const its = setUp();

// In their order: the first key closes the door that stands open to this machine.
test('the overview shows the node, what it does just now and how long that takes', async () => {
  const page = await its.open('/search?q=filter');
  await page.getByRole('article').first().waitFor();
  await page.getByRole('link', { name: 'System' }).click();
  const node = page.getByRole('article', { name: 'Node local' });
  await node.getByText(/ of \d+ cores?$/).waitFor();
  await node.getByText(/ free of /).waitFor();
  await page.getByRole('row', { name: /^Embed the query/ }).getByText(/ (ms|sec)$/).first().waitFor();
  await page.getByText(/^\d.* per second$/).first().waitFor();
  await page.getByRole('link', { name: 'Collections' }).click();
  await page.getByRole('row', { name: /^manuals/ }).getByText('By structure').waitFor();
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('row').filter({ hasText: 'Writing answers' }).first().waitFor();
  assert.deepEqual(page.troubles, []);
});

test('keys and users come and go, their secret is shown once, and the log tells of it', async () => {
  const page = await its.open('/system/keys', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByText('That ends with the first key or user').waitFor();
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByText('Give it a name.').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('the owner');
  assert.ok(await page.getByLabel('administer').isChecked(), 'nobody locks themselves out by accident');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const made = page.getByRole('dialog', { name: 'The key “the owner” is made' });
  const key = await made.getByLabel('Secret').inputValue();
  assert.match(key, /^cairn_/);
  await made.getByRole('button', { name: 'Copy' }).click();
  await made.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
  await made.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('row', { name: /^the owner/ }).waitFor();
  assert.ok(!(await page.content()).includes(key), 'the secret is gone');

  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'New user' }).click();
  await page.getByLabel('Name', { exact: true }).fill('ada');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create the user' }).click();
  await page.getByText('At least 8 characters.').waitFor();
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create the user' }).click();
  const ada = page.getByRole('row', { name: /^ada/ });
  await ada.getByText('search and ask').waitFor();
  await ada.getByRole('button', { name: 'Change “ada”' }).click();
  await page.getByLabel('add and change documents').check();
  await page.getByLabel('Groups').fill('finance, board');
  await page.getByRole('button', { name: 'Save' }).click();
  await ada.getByText('finance and board').or(ada.getByText('board and finance')).waitFor();
  await ada.getByRole('button', { name: 'Delete: ada' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await ada.waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByRole('row').filter({ hasText: 'Deleted a user' }).getByText('user:ada').waitFor();
  await page.getByLabel('What', { exact: true }).fill('key.create');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('row').filter({ hasText: 'Deleted a user' }).waitFor({ state: 'detached' });
  await page.getByRole('row').filter({ hasText: 'Made a key' }).waitFor();
  assert.deepEqual(page.troubles, []);

  const authorised = { Authorization: `Bearer ${key}` };
  const reader = await its.server.request('POST', '/v1/keys', { name: 'reader', scopes: ['query'] }, authorised);
  const limited = await its.open('/system', { language: 'zh', width: 360 });
  await limited.getByRole('tab', { name: 'API 金鑰' }).click();
  await limited.getByRole('textbox', { name: 'API 金鑰' }).fill(reader.secret);
  await limited.getByRole('button', { name: '登入' }).click();
  await limited.getByText('只有管理員看得到').waitFor();
  assert.equal(await limited.getByRole('link', { name: '稽核紀錄' }).count(), 0);

  await page.getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('button', { name: 'Revoke: reader' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('row', { name: /^reader/ }).waitFor({ state: 'detached' });
  await page.getByLabel('Show revoked and expired keys too').check();
  await page.getByRole('row', { name: /^reader/ }).getByText('revoked').waitFor();
  await limited.reload();
  await limited.getByRole('button', { name: '登入' }).waitFor();
});
