import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, Server } from './harness.mjs';

let browser, server;
before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const file = (name, text) => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(text) });

test('a newcomer gets from nothing to an answer', async () => {
  const page = await open(browser, server);
  await page.getByText('From your documents to a cited answer').waitFor();
  await page.locator('input[type=file]').first().setInputFiles([file('pump.md', '# Pump\n\n## How is the filter cleaned?\n\nThe filter is cleaned every month.\n')]);
  await page.getByText('1 file is in').waitFor();
  await page.getByRole('button', { name: 'How is the filter cleaned?' }).click();
  await page.getByRole('article').getByText('cleaned every month').first().waitFor();
  assert.deepEqual(page.troubles, []);
});

test('documents are added, found, changed and deleted', async () => {
  const page = await open(browser, server, '/documents');
  await page.getByRole('row', { name: /pump/i }).waitFor();
  await page.locator('input[type=file]').first().setInputFiles([file('tide.md', '# Tides\n\nHigh tide is at noon.\n'), file('<img src=x onerror=alert(1)>.md', 'Harmless.\n')]);
  await page.getByText('2 files are in').waitFor();
  await page.getByRole('row', { name: /onerror/ }).waitFor();
  await page.getByRole('searchbox', { name: 'Find by title or path' }).fill('tide');
  await page.getByRole('row', { name: /onerror/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Open Tides' }).click();
  const panel = page.getByRole('complementary');
  await panel.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Tide table');
  await page.getByRole('textbox', { name: 'Who may see it' }).fill('user:local');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await panel.getByRole('heading', { name: 'Tide table' }).waitFor();
  await panel.getByText('user:local').waitFor();
  await panel.getByRole('tab', { name: 'Text' }).click();
  await panel.getByText('High tide is at noon.').waitFor();
  await panel.getByRole('tab', { name: 'Details' }).click();
  await panel.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No document matches').waitFor();
  assert.deepEqual(page.troubles, []);
});

test('files on their way survive a reload', async () => {
  const page = await open(browser, server, '/documents');
  await page.getByRole('row', { name: /pump/i }).waitFor();
  // Held up at the door, so that the reload comes before the server has them.
  await page.route('**/v1/collections/*/documents', (route) => (route.request().method() === 'POST' ? undefined : route.continue()));
  await page.locator('input[type=file]').first().setInputFiles([file('late.md', '# Late\n\nStill here.\n')]);
  await page.getByText('0 of 1 file').waitFor();
  await page.unrouteAll();
  await page.reload();
  await page.getByText('1 file is in').waitFor();
  await page.getByRole('button', { name: 'Open Late' }).waitFor();
});
