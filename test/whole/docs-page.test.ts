import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, chromium as engine, type Page } from 'playwright-core';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { chromium, describeWhere } from '../support/requirement.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';

const browserHere = chromium();
let folder: TemporaryFolder;
let program: StartedProgram;
let browser: Browser;
let page: Page;

describeWhere(browserHere, 'the page of all calls, in a browser', () => {
  beforeAll(async () => {
    folder = await temporaryFolder();
    program = await startProgram(folder.path);
    browser = await engine.launch({
      executablePath: browserHere.executable,
      chromiumSandbox: false,
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    page = await browser.newPage({ viewport: { width: 1200, height: 1600 } });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    program.process.signal('SIGTERM');
    await program.process.exited;
    await folder.remove();
  });

  test('lists every call, loads nothing from elsewhere, and complains of nothing', async () => {
    const foreign: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(program.url) && !request.url().startsWith('data:'))
        foreign.push(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${program.url}/docs`);
    await page.getByText('/predictors/{predictor}/predictions', { exact: true }).waitFor();
    const { body } = await program.get('/openapi.json');
    const calls = Object.values(body.paths as Record<string, object>).flatMap((path) => Object.keys(path));
    expect(await page.locator('.opblock').count()).toBe(calls.length);
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
    const shot = process.env.HUNDREDFOLD_TEST_SCREENSHOT;
    if (shot !== undefined) await page.screenshot({ path: shot });
  }, 60_000);

  test('sends a call from the page and shows the answer', async () => {
    await page.goto(`${program.url}/docs`);
    await page.locator('.opblock-summary', { hasText: '/health' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.responses-table.live-responses-table').waitFor();
    expect(
      await page.locator('.live-responses-table tbody .response-col_status').first().textContent(),
    ).toContain('200');
  }, 60_000);
});
