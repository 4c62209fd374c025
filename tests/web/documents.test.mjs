import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gate } from './endpoint.mjs';
import { open, Server, setUp } from './harness.mjs';

const its = setUp({ entries: null });

const file = (name, text) => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(text) });

test('a newcomer gets from nothing to an answer', async () => {
  const page = await its.open();
  await page.getByText('From your documents to a cited answer').waitFor();
  await page.locator('input[type=file]').first().setInputFiles([file('pump.md', '# Pump\n\n## How is the filter cleaned?\n\nThe filter is cleaned every month.\n')]);
  await page.getByText('1 file is in').waitFor();
  await page.getByRole('button', { name: 'How is the filter cleaned?' }).click();
  await page.getByRole('article').getByText('cleaned every month').first().waitFor();
  assert.deepEqual(page.troubles, []);
});

test('documents are added, found, changed and deleted', async () => {
  const page = await its.open('/documents');
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
  const page = await its.open('/documents');
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

test('folders that are dropped come with all that is in them, under their paths', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-drop-'));
  try {
    mkdirSync(join(folder, 'harbour/piers/.git'), { recursive: true });
    writeFileSync(join(folder, 'harbour/ferries.md'), '# Ferries\n\nThe ferry leaves at nine.\n');
    writeFileSync(join(folder, 'harbour/piers/north.md'), '# North pier\n\nThe north pier has four berths.\n');
    writeFileSync(join(folder, 'harbour/piers/.git/config'), 'not a document');
    writeFileSync(join(folder, 'loose.md'), '# Loose\n\nA single file.\n');
    const page = await its.open('/documents');
    await page.getByRole('row', { name: /pump/i }).waitFor();
    const devtools = await page.context().newCDPSession(page);
    // Beside the list, on the page's heading: anywhere will do.
    const { x, y } = await page.getByRole('heading', { level: 1 }).boundingBox();
    const data = { items: [], files: [join(folder, 'harbour'), join(folder, 'loose.md')], dragOperationsMask: 1 };
    const drag = (type) => devtools.send('Input.dispatchDragEvent', { type, x: x + 4, y: y + 4, data });
    await drag('dragEnter');
    await drag('dragOver');
    await page.getByText('Drop files and folders here').waitFor();
    await drag('drop');
    await page.getByText('3 files are in').waitFor();
    await page.getByText('Drop files and folders here').waitFor({ state: 'detached' });
    for (const path of ['harbour/ferries.md', 'harbour/piers/north.md', 'loose.md']) await page.getByRole('table').getByText(path, { exact: true }).waitFor();
    assert.deepEqual(page.troubles, []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that is dropped where nobody takes it leaves the page where it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-drop-'));
  try {
    writeFileSync(join(folder, 'stray.html'), '<title>elsewhere</title>');
    const page = await its.open('/search?q=filter');
    await page.getByRole('article').first().waitFor();
    const devtools = await page.context().newCDPSession(page);
    const data = { items: [], files: [join(folder, 'stray.html')], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
    await page.getByRole('searchbox').fill('pump');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=pump/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a document is ingested again as a new version, and its metadata can be searched by', async () => {
  const page = await its.open('/documents');
  await page.locator('input[type=file]').first().setInputFiles([file('lamp.md', '# Lamp\n\nThe lamp turns once a minute.\n')]);
  await page.getByRole('button', { name: 'Open Lamp' }).click();
  const panel = page.getByRole('complementary');
  const versions = panel.getByRole('table', { name: 'Versions' });
  await versions.getByRole('row', { name: 'Version 1' }).getByText('Indexed').waitFor();
  await panel.getByRole('button', { name: 'Ingest again' }).click();
  await page.getByText('It is being ingested again.').waitFor();
  await versions.getByRole('row', { name: 'Version 2' }).getByText('Indexed').waitFor();
  await panel.getByText('1 earlier version was replaced.').waitFor();
  await panel.getByRole('button', { name: 'Edit' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: 'Who may see it' }).fill('everybody');
  await form.getByText('Each line must begin with group: or user:').waitFor();
  await form.getByRole('textbox', { name: 'Who may see it' }).fill('');
  await form.getByRole('textbox', { name: 'Metadata (JSON)' }).fill('{"light": }');
  await form.getByText('This is no JSON object').waitFor();
  assert.ok(await form.getByRole('button', { name: 'Save' }).isDisabled());
  await form.getByRole('textbox', { name: 'Metadata (JSON)' }).fill('{"light": "white"}');
  await form.getByRole('button', { name: 'Save' }).click();
  await versions.getByRole('row', { name: 'Version 3' }).getByText('Indexed').waitFor();
  await panel.getByText('white').waitFor();
  await page.goto(`${its.server.url}/search?q=lamp&f.light=white`);
  await page.getByRole('article').filter({ hasText: 'Lamp' }).first().waitFor();
  assert.deepEqual(page.troubles, []);
});

/** Two pages that say which they are. */
function pdf() {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>',
    ...[6, 7].map((content) => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents ${content} 0 R /Resources << /Font << /F1 5 0 R >> >> >>`),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...['The first page is about tides.', 'The second page is about lighthouses.'].map((text) => {
      const stream = `BT /F1 14 Tf 20 100 Td (${text}) Tj ET`;
      return `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`;
    }),
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return String(at).padStart(10, '0');
  });
  const table = body.length;
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${at} 00000 n \n`).join('')}`;
  return Buffer.from(`${body}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
}

test('the pages of a PDF are drawn, and a hit opens at its page', async () => {
  const page = await its.open('/documents');
  await page.locator('input[type=file]').first().setInputFiles([{ name: 'coast.pdf', mimeType: 'application/pdf', buffer: pdf() }]);
  await page.getByRole('button', { name: 'Open coast.pdf' }).click();
  const panel = page.getByRole('complementary');
  await panel.getByText('application/pdf').waitFor();
  await panel.getByRole('tab', { name: 'Original' }).click();
  const drawn = (name) =>
    page.waitForFunction((label) => {
      const canvas = document.querySelector(`canvas[aria-label="${label}"]`);
      const points = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return points?.some((value, i) => i % 4 === 0 && points[i + 3] > 0 && value < 128) ?? false;
    }, name);
  await drawn('Page 1 of 2');
  await drawn('Page 2 of 2');
  await panel.getByText('Indexed').or(panel.getByRole('tab', { name: 'Details' })).first().waitFor();
  await panel.getByRole('tab', { name: 'Chunks' }).click();
  await panel.getByText('about lighthouses').waitFor();
  await panel.getByText(/Page 1/).first().waitFor();
  assert.deepEqual(page.troubles, []);
});

test('a server that dies in the middle of an upload gets the file once it is back', async () => {
  const own = await Server.start();
  try {
    await own.fill('manuals');
    const page = await open(its.browser, own, '/documents');
    await page.getByRole('row', { name: /pump/i }).waitFor();
    const devtools = await page.context().newCDPSession(page);
    const speed = (uploadThroughput) => devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
    await devtools.send('Network.enable');
    await speed(500_000); // Bytes a second.
    const large = Buffer.from(`<h1>Large</h1><p>It came through.</p><!-- ${'x'.repeat(6_000_000)} -->`);
    await page.locator('input[type=file]').first().setInputFiles([{ name: 'large.html', mimeType: 'text/html', buffer: large }]);
    await page.getByText(/^Sending (0\.[1-9]|[1-9])[\d.]* (kB|MB) of/).waitFor();
    await own.end('SIGKILL');
    await page.getByText('The server does not answer. Trying again …').waitFor();
    await page.getByText('0 of 1 file').waitFor();
    await speed(-1);
    await own.restart();
    await page.getByText('1 file is in').waitFor();
    await page.getByRole('button', { name: 'Open Large' }).waitFor();
    assert.deepEqual(page.troubles, []);
  } finally {
    await own.stop();
  }
});

test('a session that ends in the middle of an upload asks again, and the file goes on its way', async () => {
  const own = await Server.start();
  const ada = { name: 'ada', password: 'correct horse battery', scopes: ['query', 'ingest', 'admin'] };
  try {
    await own.fill('manuals');
    await own.request('POST', '/v1/users', ada);
    const page = await open(its.browser, own, '/documents');
    const signIn = async () => {
      await page.getByLabel('User name').fill('ada');
      await page.getByLabel('Password', { exact: true }).fill(ada.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await signIn();
    await page.getByRole('row', { name: /pump/i }).waitFor();
    const held = gate();
    await page.route('**/v1/collections/*/documents', async (route) => {
      if (route.request().method() === 'POST') await held;
      await route.continue();
    });
    await page.locator('input[type=file]').first().setInputFiles([file('late.md', '# Late\n\nStill here.\n')]);
    await page.getByText('0 of 1 file').waitFor();
    const { access_token } = await own.request('POST', '/v1/auth/login', { user: 'ada', password: ada.password });
    // A new password, even the same, ends all sessions of a user.
    await own.request('PATCH', '/v1/users/ada', { password: ada.password }, { Authorization: `Bearer ${access_token}` });
    held.open();
    await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
    await signIn();
    await page.getByText('1 file is in').waitFor();
    await page.getByRole('button', { name: 'Open Late' }).waitFor();
  } finally {
    await own.stop();
  }
});
