// The pictures in docs/pictures are taken anew from a server with the sample documents: each must show what its page shows now.
// Beside each stands what the page says, with what changes from day to day taken out; that is compared to the letter, the
// pixels only roughly, because machines draw letters differently. `make pictures` renews both.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, launch, open, root, Server } from './harness.mjs';

const folder = join(root, 'docs/pictures');
const renewing = process.env.CAIRN_PICTURES === 'renew';

let browser, server;
before(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.request('POST', '/v1/collections', { name: 'Tidelight', description: 'Documents of a company that does not exist' });
  const form = new FormData();
  const samples = readdirSync(join(build, 'samples')).sort();
  form.append('metadata', JSON.stringify(samples.map((name) => ({ external_id: name, metadata: { kind: name.split('.').pop() } }))));
  for (const name of samples) form.append('file', new Blob([readFileSync(join(build, 'samples', name))]), name);
  const added = await fetch(`${server.url}/v1/collections/Tidelight/documents?wait=true`, { method: 'POST', body: form });
  assert.ok(added.ok, await added.text());
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function ask(page, question) {
  await page.getByRole('textbox').fill(question);
  await page.keyboard.press('Enter');
  await page.locator('article ol button').first().click();
  await page.locator('[role=complementary] mark, dialog mark').first().waitFor();
  // The quote comes to rest where it is read.
  await page.evaluate(async () => {
    const mark = document.querySelector('mark');
    for (let [still, before] = [0, NaN]; still < 10; ) {
      await new Promise(requestAnimationFrame);
      const { top } = mark.getBoundingClientRect();
      still = top === before ? still + 1 : 0;
      before = top;
    }
  });
}

const pictures = {
  ask: { path: '/', show: (page) => ask(page, 'How long are raw measurements kept in TideView?') },
  'ask.zh-Hant': { path: '/', language: 'zh', theme: 'dark', show: (page) => ask(page, '接獲故障通知後，乙方要在多久內到場？') },
  search: {
    path: '/search?q=warranty+of+the+TL-450&explain=1',
    show: (page) => page.getByRole('article').first().getByRole('table').first().waitFor(),
    // The further hits are too close to each other to stand in the same order on every machine.
    parts: (page) => [page.getByRole('banner'), page.getByRole('article').first()],
  },
  documents: {
    path: '/documents',
    show: async (page) => {
      await page.getByRole('button', { name: 'Open TL-450' }).first().click();
      await page.getByRole('complementary').locator('dl').first().waitFor();
    },
  },
  'documents.zh-Hant': { path: '/documents', language: 'zh', width: 390, height: 800, show: (page) => page.getByRole('row').nth(4).waitFor() },
  tasks: { path: '/tasks?type=ingest', theme: 'dark', show: (page) => page.getByRole('row').nth(8).waitFor() },
  system: {
    path: '/system/overview',
    show: (page) => page.getByText(/per second$/).first().waitFor(),
    // Which stages ran, and so are listed, is the server's affair.
    parts: (page) => [page.getByRole('banner'), ...['Nodes', 'Just now', 'Queue', 'Caches'].map((name) => page.getByRole('region', { name }))],
  },
};

/** What a machine has is another on each: a disk that is nearly full would be warned of, a GPU named. */
async function plainMachine(page) {
  await page.route('**/v1/cluster/nodes', async (route) => {
    const response = await route.fetch();
    const nodes = await response.json();
    const plain = { memory_total_bytes: 16e9, disk_free_bytes: 400e9, disk_total_bytes: 500e9, gpu: null };
    await route.fulfill({ response, json: { ...nodes, items: nodes.items.map((node) => ({ ...node, ...plain })) } });
  });
}

const changing = [
  [/[\u202f\u00a0]/g, ' '],
  [/\b[0-9a-f]{12,}\b/g, 'ID'],
  [/(?<!Just )\b(now|yesterday|(\d+ \w+|last \w+) ago)\b/g, 'WHEN'],
  [/(現在|昨天|\d+ ?(秒|分鐘|小時|天)前)/g, 'WHEN'],
  [/\b[A-Z][a-z]{2} \d+, \d{4}(, [\d:]+ [AP]M)?/g, 'WHEN'],
  [/\d+年\d+月\d+日( [上下]午[\d:]+)?/g, 'WHEN'],
  [/\d[\d,.]*/g, '0'],
  [/\b0 (ms|sec|min|bytes?|kB|MB|GB|TB)\b/g, '0 UNIT'],
  [/\b0 (core|task|manifest|document|chunk)\b/g, '0 $1s'],
  [/0 (毫秒|秒|分鐘|位元組|kB|MB|GB|TB)/g, '0 UNIT'],
];

/** What a page says, as a screen reader has it, without what is another at each look. */
async function words(parts) {
  const snapshot = (await Promise.all(parts.map((part) => part.ariaSnapshot()))).join('\n');
  return `${changing.reduce((text, [pattern, instead]) => text.replace(pattern, instead), snapshot)}\n`;
}

/** The share of small tiles in which two pictures differ in their mean colour; 1 where they differ in size. */
async function difference(page, ...pictures) {
  return page.evaluate(async (encoded) => {
    const tile = 20;
    const [one, other] = await Promise.all(
      encoded.map(async (text) => {
        const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(Math.ceil(image.width / tile), Math.ceil(image.height / tile));
        const context = canvas.getContext('2d');
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        return { width: image.width, height: image.height, points: context.getImageData(0, 0, canvas.width, canvas.height).data };
      }),
    );
    if (one.width !== other.width || one.height !== other.height) return 1;
    let differing = 0;
    for (let i = 0; i < one.points.length; i += 4)
      if ([0, 1, 2].some((colour) => Math.abs(one.points[i + colour] - other.points[i + colour]) > 32)) ++differing;
    return (differing * 4) / one.points.length;
  }, pictures.map((picture) => picture.toString('base64')));
}

const most = 0.15; // Letters that stand a little elsewhere change fewer tiles; another theme, another layout or an empty page more.

for (const [name, { path, show, parts = (page) => [page.locator('body')], ...look }] of Object.entries(pictures))
  test(`docs/pictures/${name}.png shows what its page shows`, async () => {
    const page = await open(browser, server, path, { width: 1280, height: 800, reducedMotion: 'reduce', timezoneId: 'UTC', before: plainMachine, ...look });
    await show(page);
    await page.mouse.move(0, 0);
    await page.evaluate(() => document.fonts.ready);
    const known = renewing || !existsSync(join(folder, `${name}.txt`)) ? null : readFileSync(join(folder, `${name}.txt`), 'utf8');
    let said = await words(parts(page));
    // On a busy machine what is said to screen readers may come a moment later.
    for (let look = 0; known !== null && said !== known && look < 100; ++look) {
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestIdleCallback(done))));
      said = await words(parts(page));
    }
    const taken = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    assert.deepEqual(page.troubles, []);
    await page.goto('about:blank'); // What it asked for ends with it.
    const [picture, text] = [join(folder, `${name}.png`), join(folder, `${name}.txt`)];
    if (renewing) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(picture, taken);
      writeFileSync(text, said);
      return;
    }
    assert.ok(existsSync(picture) && existsSync(text), `there is no picture ${name}: make pictures`);
    assert.equal(said, readFileSync(text, 'utf8'), 'the page says something else by now: look at it, then make pictures');
    const share = await difference(page, readFileSync(picture), taken);
    assert.ok(share <= most, `${Math.round(share * 100)} % of the page look different by now: look at it, then make pictures`);
  });
