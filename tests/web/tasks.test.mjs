import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './harness.mjs';

// One worker: what is queued waits for some seconds on any machine.
const its = setUp({ environment: { CAIRN_INGEST_THREADS: '1' } });

const send = (entries) => its.server.request('POST', '/v1/collections/manuals/documents', { documents: entries });

async function failingTask() {
  const body = new FormData();
  body.append('file', new Blob(['%PDF-1.7 and no more']), 'broken.pdf');
  await fetch(`${its.server.url}/v1/collections/manuals/documents?wait=true`, { method: 'POST', body });
}

test('what happens in the background appears by itself, and counts with it', async () => {
  const page = await its.open('/tasks?type=ingest');
  await page.getByRole('link', { name: 'guides/pump.md' }).waitFor();
  await send([{ external_id: 'heron.md', text: 'Herons nest by the river.' }]);
  const row = page.getByRole('row').filter({ hasText: 'heron.md' });
  await row.getByText('Succeeded').waitFor();
  await row.getByText('local').waitFor();
  await page.getByRole('button', { name: 'Succeeded 3' }).or(page.getByRole('button', { name: /Succeeded [4-9]/ })).waitFor();
  assert.deepEqual(page.troubles, []);
});

test('a question asked in the background is answered with sources', async () => {
  const page = await its.open('/tasks');
  await page.getByRole('button', { name: 'Ask in the background' }).click();
  await page.getByRole('button', { name: 'Queue the question' }).click();
  await page.getByText('Write a question.').waitFor();
  await page.getByLabel('Question', { exact: true }).fill('How long does the warranty last?');
  await page.getByLabel('Search in').selectOption('manuals');
  await page.getByRole('button', { name: 'Queue the question' }).click();
  const dialog = page.getByRole('dialog', { name: 'Answer a question' });
  await dialog.getByText('The warranty lasts three years').first().waitFor();
  await dialog.getByText('How long does the warranty last?').waitFor();
  await dialog.getByRole('button', { name: '[1] Pump guide' }).click();
  await page.getByRole('dialog', { name: 'Pump guide' }).locator('mark').first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'How long does the warranty last?' }).waitFor();
  assert.deepEqual(page.troubles, []);
});

test('a failed task says why and is tried again', async () => {
  await failingTask();
  const page = await its.open('/tasks?status=failed', { language: 'zh', width: 360 });
  const row = page.getByRole('row').filter({ hasText: 'broken.pdf' });
  await row.getByText('PDF 已損毀，無法開啟。').waitFor();
  await row.getByRole('button', { name: /^重試/ }).click();
  await page.getByText('工作已重新排入佇列。').waitFor();
  await row.getByText('PDF 已損毀，無法開啟。').waitFor();
  await row.getByRole('link').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('失敗原因').waitFor();
  await dialog.getByText('伺服器的說明（英文）').click();
  await dialog.getByText('the PDF is damaged and cannot be opened').waitFor();
  assert.deepEqual(page.troubles, []);
});

test('waiting tasks are put last, cancelled and counted', async () => {
  const text = 'Otters sleep on their backs and hold hands so that the current does not part them. '.repeat(40);
  await send(Array.from({ length: 120 }, (_, i) => ({ external_id: `bulk/${i}`, text: `${i} ${text}` })));
  const page = await its.open('/tasks?status=queued');
  const link = page.getByRole('link', { name: 'bulk/119', exact: true });
  await link.click();
  const dialog = page.getByRole('dialog', { name: 'Index a document' });
  await dialog.getByLabel('Priority').selectOption('9'); // First, it would have begun before it is cancelled.
  await page.getByText('The priority is 9 now.').waitFor();
  await dialog.getByRole('button', { name: 'Cancel the task' }).click();
  await page.getByRole('dialog', { name: 'Cancel this task?' }).getByRole('button', { name: 'Cancel the task' }).click();
  await dialog.getByText('Cancelled', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('button', { name: 'Cancelled 1' }).click();
  await link.waitFor();
  await page.getByRole('button', { name: 'Throughput' }).click();
  await page.locator('.recharts-surface').first().waitFor();
  assert.deepEqual(page.troubles, []);
});

test('a task that is gone is said to be gone', async () => {
  const page = await its.open(`/tasks/${'0'.repeat(32)}`);
  await page.getByText('This task is not there').waitFor();
});

test('a filter that nothing fits says so and can be cleared', async () => {
  const page = await its.open('/tasks?type=delete');
  await page.getByText('No task fits these filters').waitFor();
  await page.getByRole('button', { name: 'Show all tasks' }).click();
  await page.getByRole('link', { name: 'guides/pump.md' }).or(page.getByRole('link', { name: /^bulk/ })).first().waitFor();
});
