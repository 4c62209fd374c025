import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Endpoint, gate } from './endpoint.mjs';
import { beside, facts, setUp } from './harness.mjs';
import { looks, texts } from './texts.mjs';

// A model that answers when a test wants it to: what is asked in the background meanwhile waits.
const endpoint = await Endpoint.start();
const its = setUp({ environment: endpoint.environment('scripted') });
after(() => endpoint.stop());

const send = (entries) => its.server.request('POST', '/v1/collections/manuals/documents', { documents: entries });

async function failingTask(name) {
  const body = new FormData();
  body.append('file', new Blob(['%PDF-1.7 and no more']), name);
  await fetch(`${its.server.url}/v1/collections/manuals/documents?wait=true`, { method: 'POST', body });
}

for (const look of looks) {
  const { language } = look;
  const t = texts[language];
  const known = facts[language];
  const button = (place, path, values) => place.getByRole('button', { name: t(path, values), exact: true });
  const status = (place, name) => place.getByText(t(`tasks.statuses.${name}`), { exact: true });
  const counted = (page, name, count) => page.getByRole('button', { name: `${t(`tasks.statuses.${name}`)} ${count}`, exact: true });

  test(`${language}: what happens in the background appears by itself, and counts with it`, async () => {
    const page = await its.open('/tasks?type=ingest', look);
    await page.getByRole('link', { name: 'guides/pump.md' }).waitFor();
    const { succeeded } = await its.server.request('GET', '/v1/tasks/summary');
    await send([{ external_id: `${language}/heron.md`, text: 'Herons nest by the river.' }]);
    const row = page.getByRole('row').filter({ hasText: `${language}/heron.md` });
    await status(row, 'succeeded').waitFor();
    await row.getByText('local').waitFor();
    // Or more: upkeep counts too.
    const more = Array.from({ length: 9 }, (_, i) => succeeded + 1 + i).join('|');
    await page.getByRole('button', { name: new RegExp(`^${t('tasks.statuses.succeeded')} (${more})$`) }).waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a question asked in the background is answered with sources`, async () => {
    const page = await its.open('/tasks', look);
    await button(page, 'tasks.ask').click();
    const form = page.getByRole('dialog', { name: t('tasks.submit.title') });
    await button(form, 'tasks.submit.action').click();
    await form.getByText(t('tasks.submit.empty')).waitFor();
    await form.getByLabel(t('tasks.submit.question'), { exact: true }).fill(known.warranty);
    await form.getByLabel(t('tasks.submit.collections')).selectOption('manuals');
    await button(form, 'tasks.submit.action').click();
    const dialog = page.getByRole('dialog', { name: t('tasks.types.answer') });
    await dialog.getByText(known.years).first().waitFor();
    await dialog.getByText(known.warranty).waitFor();
    await dialog.getByRole('button', { name: `[1] ${known.title}` }).click();
    await beside(page).locator('mark').first().waitFor();
    await page.keyboard.press('Escape');
    await beside(page).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: known.warranty }).waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a failed task says why and is tried again`, async () => {
    const name = `${language}.pdf`;
    await failingTask(name);
    const why = language === 'en' ? 'the PDF is damaged and cannot be opened' : 'PDF 已損毀，無法開啟。';
    const page = await its.open('/tasks?status=failed', look);
    const row = page.getByRole('row').filter({ hasText: name });
    await row.getByText(why).waitFor();
    const again = page.waitForResponse('**/retry');
    await row.getByRole('button', { name: t('tasks.retry') }).click();
    assert.ok((await again).ok());
    await row.getByRole('link').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(t('tasks.fields.error')).waitFor();
    await dialog.getByText(why).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await row.getByText(why).waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: waiting tasks are put last, cancelled and counted`, async () => {
    const held = gate();
    const said = `${known.cleaned} [1].`;
    const started = endpoint.reply(held, said);
    const questions = [known.cleaning, known.price, known.warranty];
    for (const question of questions) await its.server.request('POST', '/v1/tasks', { type: 'answer', payload: { question, generator: 'scripted' } });
    await started; // By the one worker that asks models: the others wait.
    const { cancelled } = await its.server.request('GET', '/v1/tasks/summary');
    const page = await its.open('/tasks?status=queued', look);
    const link = page.getByRole('link', { name: known.warranty, exact: true });
    await link.click();
    const dialog = page.getByRole('dialog', { name: t('tasks.types.answer') });
    const priority = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await dialog.getByLabel(t('tasks.priority')).selectOption('9');
    assert.equal((await (await priority).json()).priority, 9);
    await button(dialog, 'tasks.cancel').click();
    await button(page.getByRole('dialog', { name: t('tasks.cancelTitle') }), 'tasks.cancel').click();
    await status(dialog, 'cancelled').waitFor();
    await button(dialog, 'common.close').last().click();
    await dialog.waitFor({ state: 'detached' });
    await counted(page, 'cancelled', cancelled + 1).click();
    await link.waitFor();
    void endpoint.reply(said);
    held.open();
    await counted(page, 'running', 0).waitFor();
    await counted(page, 'queued', 0).waitFor();
    await button(page, 'tasks.throughput').click();
    await page.locator('.recharts-surface').first().waitFor();
    assert.deepEqual(page.troubles, []);
  });

  test(`${language}: a task that is gone is said to be gone`, async () => {
    const page = await its.open(`/tasks/${'0'.repeat(32)}`, look);
    await page.getByText(t('tasks.gone')).waitFor();
  });

  test(`${language}: a filter that nothing fits says so and can be cleared`, async () => {
    const page = await its.open('/tasks?type=delete', look);
    await page.getByText(t('tasks.noneFitting')).waitFor();
    await button(page, 'tasks.clear').click();
    await page.getByRole('row').nth(1).waitFor();
  });
}
