// Text from documents, file names, people and models is text wherever it is shown: never markup, never code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endpoint } from './endpoint.mjs';
import { beside, hovered, open, Server, setUp } from './harness.mjs';

const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>';
const name = '<img src=x onerror=alert(1)>'; // Where a slash is not allowed.
const entries = [
  {
    external_id: `folder/${name}.md`,
    title: markup,
    url: `https://tides.example/${encodeURIComponent(markup)}`,
    text: `# ${markup}\n\nThe pump filter ${markup} is cleaned in March.\n`,
    metadata: { [name]: name, year: 2025 },
  },
];
const its = setUp({
  entries: null,
  prepare: async (server) => {
    await server.request('POST', '/v1/collections', { name, description: markup });
    await server.request('POST', `/v1/collections/${encodeURIComponent(name)}/documents?wait=true`, { documents: entries });
    const broken = new FormData();
    broken.append('file', new Blob(['%PDF-1.7 and no more']), `${name}.pdf`);
    await fetch(`${server.url}/v1/collections/${encodeURIComponent(name)}/documents?wait=true`, { method: 'POST', body: broken });
    await server.request('POST', '/v1/tasks', { type: 'answer', payload: { question: `When is the pump filter cleaned? ${markup}` } });
  },
});

/** Nothing of what was said has become an element, run, or been refused by the content policy. */
async function staysText(page) {
  assert.equal(await page.locator('img[src="x"], body script:not([src]), svg[onload]').count(), 0);
  assert.deepEqual(page.troubles, []);
}

const openWatched = async (server, path) => {
  const page = await open(its.browser, server, path, {
    before: (fresh) => fresh.on('dialog', (dialog) => (fresh.troubles.push(dialog.message()), dialog.dismiss())),
  });
  return page;
};

const places = {
  'an answer, its quote and its source': async (page) => {
    await page.getByRole('textbox').fill(`When is the pump filter cleaned? ${markup}`);
    await page.keyboard.press('Enter');
    await hovered(page.locator('article button[aria-pressed]').first());
    await page.getByRole('tooltip').getByText(markup).first().waitFor();
    await page.locator('article ol button').first().click();
    await beside(page).locator('mark').first().waitFor();
    await page.getByRole('button', { name: 'History' }).click();
    await page.getByRole('dialog').getByText(markup).waitFor();
  },
  'a hit, its facets and where its score comes from': async (page) => {
    await page.goto(`${its.server.url}/search?q=pump+filter&explain=1`);
    await page.getByRole('button', { name: `Open ${markup} at this passage` }).waitFor();
    await page.getByRole('article').getByText(`The pump filter ${markup}`, { exact: false }).or(page.getByRole('article').getByText('onerror')).first().waitFor();
    await page.getByRole('button', { name: /^Collections: / }).click();
    await page.getByRole('menuitemcheckbox', { name }).waitFor();
  },
  'the list of documents, and one with all about it': async (page) => {
    await page.goto(`${its.server.url}/documents`);
    await page.getByRole('button', { name: `Open ${markup}` }).click();
    const panel = page.getByRole('complementary');
    await panel.getByRole('definition').filter({ hasText: 'onerror' }).first().waitFor();
    await panel.getByRole('tab', { name: 'Chunks' }).click();
    await panel.getByText('is cleaned in March.').waitFor();
    await panel.getByRole('tab', { name: 'Details' }).click();
    await panel.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).waitFor();
    await page.keyboard.press('Escape');
    await panel.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText(markup).waitFor();
  },
  'files on their way': async (page) => {
    await page.goto(`${its.server.url}/documents`);
    await page.getByRole('button', { name: `Open ${markup}` }).waitFor();
    await page.locator('input[type=file]').first().setInputFiles([{ name: `late ${name}.md`, mimeType: 'text/markdown', buffer: Buffer.from('Late.') }]);
    await page.getByText('1 file is in').waitFor();
    await page.getByRole('region', { name: 'Files' }).getByText(name).first().waitFor();
  },
  'tasks and what became of them': async (page) => {
    await page.goto(`${its.server.url}/tasks`);
    await page.getByRole('link', { name: `${name}.pdf` }).waitFor();
    await page.getByRole('link', { name: /^When is the pump filter cleaned/ }).click();
    await page.getByRole('dialog').getByText(markup).first().waitFor();
  },
  'collections and the audit log': async (page) => {
    await page.goto(`${its.server.url}/system/collections`);
    await page.getByRole('row').getByText(markup).waitFor();
    await page.goto(`${its.server.url}/system/audit`);
    await page.getByRole('row').filter({ hasText: name }).first().waitFor();
  },
  'what an error says': async (page) => {
    await page.route('**/v1/search', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ type: markup, title: markup, status: 500, detail: markup, request_id: markup }) }),
    );
    await page.goto(`${its.server.url}/search?q=a`);
    await page.getByRole('alert').getByText(markup).first().waitFor();
  },
};

for (const [place, visit] of Object.entries(places))
  test(`text stays text: ${place}`, async () => {
    const page = await openWatched(its.server, '/');
    await visit(page);
    await staysText(page);
    await page.context().close();
  });

test('text stays text: a file that is opened by itself', async () => {
  const { items } = await its.server.request('GET', `/v1/collections/${encodeURIComponent(name)}/documents`);
  const { id } = items.find((item) => item.title === markup);
  const reply = await fetch(`${its.server.url}/v1/documents/${id}/file`);
  assert.match(reply.headers.get('content-disposition'), /^attachment/);
  assert.match(reply.headers.get('content-security-policy'), /sandbox; default-src 'none'/);
  assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
});

test('the content policy allows no code but the interface’s own', async () => {
  const reply = await fetch(its.server.url);
  const policy = reply.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*/);
  const page = await openWatched(its.server, '/');
  await page.getByRole('textbox').waitFor();
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    return window.ran === true;
  });
  assert.equal(ran, false);
});

test('text stays text: what a model says, word by word and when it is done', async () => {
  const endpoint = await Endpoint.start();
  const own = await Server.start({ environment: { ...endpoint.environment('scripted'), CAIRN_ANSWERS_UNSUPPORTED: 'show' } });
  try {
    await own.fill();
    const page = await openWatched(own, '/');
    await page.getByRole('button', { name: /^Who answers: / }).click();
    await page.getByRole('menuitemradio', { name: 'scripted' }).click();
    void endpoint.reply(`The pump was built by ${markup} in 1887 [1]. `);
    await page.getByRole('textbox').fill('How often is the filter cleaned?');
    await page.keyboard.press('Enter');
    await page.getByText('1 sentence has no quote behind it').waitFor();
    await page.getByRole('article').getByText(markup).first().waitFor();
    await staysText(page);
  } finally {
    await own.stop();
    await endpoint.stop();
  }
});
