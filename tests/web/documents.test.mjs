import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gate } from './endpoint.mjs';
import { beside, open, Server, setUp } from './harness.mjs';
import { looks, texts } from './texts.mjs';

const its = setUp({ entries: null });
let other; // For what is done in the second language.
before(async () => void (other = await Server.start()));
after(() => other?.stop());

const file = (name, text) => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(text) });
const choose = (page, ...files) => page.locator('input[type=file]').first().setInputFiles(files);

// In their order: the first begins with nothing.
for (const look of looks) {
  const { language } = look;
  const t = texts[language];
  const server = () => (language === 'en' ? its.server : other);
  const visit = (path) => open(its.browser, server(), path, look);
  const button = (place, path, values) => place.getByRole('button', { name: t(path, values), exact: true });
  const textbox = (place, path) => place.getByRole('textbox', { name: t(path), exact: true });
  const listed = (page, name) => button(page, 'documents.openOne', { name });
  const added = (page, count) => page.getByText(t('uploads.added', { count })).first().waitFor();
  const version = (place, number) => place.getByRole('row', { name: t('documents.versions.numbered', { number }) });

  test(`${language}: a newcomer gets from nothing to an answer`, async () => {
    const page = await visit('/');
    await page.getByText(t('start.heading')).waitFor();
    const question = language === 'en' ? 'How is the filter cleaned?' : '濾網要怎麼清洗？';
    const answer = language === 'en' ? 'The filter is cleaned every month with warm water' : '濾網每月以溫水清洗一次';
    await choose(page, file('pump.md', `# Pump\n\n## ${question}\n\n${answer}${language === 'en' ? '.' : '。'}\n`));
    await added(page, 1);
    await page.getByRole('button', { name: question }).click();
    await page.getByRole('article').getByText(answer).first().waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: documents are added, found, changed and deleted`, async () => {
    const page = await visit('/documents');
    await page.getByRole('row', { name: /pump/i }).waitFor();
    await choose(page, file('tide.md', '# Tides\n\nHigh tide is at noon.\n'), file('<img src=x onerror=alert(1)>.md', 'Harmless.\n'));
    await added(page, 2);
    await page.getByRole('row', { name: /onerror/ }).waitFor();
    await page.getByRole('searchbox', { name: t('documents.filter') }).fill('tide');
    await page.getByRole('row', { name: /onerror/ }).waitFor({ state: 'detached' });
    await listed(page, 'Tides').click();
    const panel = beside(page);
    await button(panel, 'documents.edit').click();
    const form = page.getByRole('dialog', { name: t('documents.form.heading') });
    await textbox(form, 'documents.form.title').fill('Tide table');
    await textbox(form, 'documents.form.acl').fill('user:local');
    await button(form, 'common.save').click();
    await form.waitFor({ state: 'detached' });
    await panel.getByRole('heading', { name: 'Tide table' }).waitFor();
    await panel.getByText('user:local').waitFor();
    await panel.getByRole('tab', { name: t('viewer.text'), exact: true }).click();
    await panel.getByText('High tide is at noon.').waitFor();
    await panel.getByRole('tab', { name: t('viewer.details') }).click();
    await button(panel, 'documents.deleteOne').click();
    await button(page.getByRole('dialog', { name: t('documents.deleteTitle') }), 'documents.deleteOne').click();
    await page.getByText(t('documents.noMatchTitle')).waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: files on their way survive a reload`, async () => {
    const page = await visit('/documents');
    await page.getByRole('row', { name: /pump/i }).waitFor();
    // Held up at the door, so that the reload comes before the server has them.
    await page.route('**/v1/collections/*/documents', (route) => (route.request().method() === 'POST' ? undefined : route.continue()));
    await choose(page, file('late.md', '# Late\n\nStill here.\n'));
    await page.getByText(t('uploads.adding', { done: 0, count: 1 })).waitFor();
    await page.unrouteAll();
    await page.reload();
    await added(page, 1);
    await listed(page, 'Late').waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a document is ingested again as a new version, and its metadata can be searched by`, async () => {
    const page = await visit('/documents');
    await choose(page, file('lamp.md', '# Lamp\n\nThe lamp turns once a minute.\n'));
    await listed(page, 'Lamp').click();
    const panel = beside(page);
    const indexed = t('documents.status.indexed');
    await version(panel, 1).getByText(indexed).waitFor();
    await button(panel, 'documents.ingestAgain').click();
    await version(panel, 2).getByText(indexed).waitFor();
    await panel.getByText(t('documents.versions.gone', { count: 1 })).waitFor();
    await button(panel, 'documents.edit').click();
    const form = page.getByRole('dialog', { name: t('documents.form.heading') });
    await textbox(form, 'documents.form.acl').fill('everybody');
    await form.getByText(t('documents.form.aclWrong')).waitFor();
    await textbox(form, 'documents.form.acl').fill('');
    await textbox(form, 'documents.form.metadata').fill('{"light": }');
    await form.getByText(t('documents.form.metadataWrong')).waitFor();
    assert.ok(await button(form, 'common.save').isDisabled());
    await textbox(form, 'documents.form.metadata').fill('{"light": "white"}');
    await button(form, 'common.save').click();
    await version(panel, 3).getByText(indexed).waitFor();
    await panel.getByText('white').waitFor();
    await page.goto(`${server().url}/search?q=lamp&f.light=white`);
    await page.getByRole('article').filter({ hasText: 'Lamp' }).first().waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a collection is made, filled and deleted`, async () => {
    const page = await visit('/documents');
    const act = async (path) => {
      await button(page, 'documents.collectionActions').click();
      await page.getByRole('menuitem', { name: t(path) }).click();
    };
    await act('documents.newCollection');
    const form = page.getByRole('dialog', { name: t('documents.newCollection') });
    await textbox(form, 'documents.name').fill('Harbour');
    await button(form, 'documents.create').click();
    await page.getByText(t('documents.emptyTitle')).waitFor();
    await choose(page, file('pier.md', '# Pier\n\nThe pier has four berths.\n'));
    await listed(page, 'Pier').waitFor();
    await page.getByText(t('documents.counts', { count: 1 })).waitFor();
    await act('documents.newCollection');
    await textbox(form, 'documents.name').fill('Harbour');
    await button(form, 'documents.create').click();
    await form.getByRole('alert').getByText(t('problem.conflict')).waitFor();
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
    await act('documents.deleteCollection');
    await button(page.getByRole('dialog', { name: t('documents.deleteCollectionTitle', { name: 'Harbour' }) }), 'common.delete').click();
    await page.getByRole('row', { name: /pump/i }).waitFor();
    assert.equal(await page.getByRole('option', { name: 'Harbour' }).count(), 0);
    assert.deepEqual(page.troubles, []);
  });
}

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
  await choose(page, { name: 'coast.pdf', mimeType: 'application/pdf', buffer: pdf() });
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
  await panel.getByRole('tab', { name: 'Chunks' }).click(); // Which come when they come.
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
    await speed(100_000); // Bytes a second: a minute is time enough to stop the server.
    const large = Buffer.from(`<h1>Large</h1><p>It came through.</p><!-- ${'x'.repeat(6_000_000)} -->`);
    await choose(page, { name: 'large.html', mimeType: 'text/html', buffer: large });
    await page.getByText(/^Sending (0\.[1-9]|[1-9])[\d.]*\s(kB|MB) of/).waitFor();
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
    await choose(page, file('late.md', '# Late\n\nStill here.\n'));
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
