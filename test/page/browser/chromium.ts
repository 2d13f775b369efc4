import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { instrumentPage, isReady, type TestBrowser, unfold, until, type Visit } from './driver.js';
import { PATIENCE } from './patience.js';

export interface ChromiumVisit extends Visit {
  readonly page: Page;
}

export interface Chromium extends TestBrowser {
  visit(address: string, options?: BrowserContextOptions): Promise<ChromiumVisit>;
}

/** @param always options of every visit */
export async function openChromium(always: BrowserContextOptions = {}): Promise<Chromium> {
  const browser = await chromium.launch({
    executablePath: process.env.LANEWISE_CHROMIUM ?? '/usr/bin/chromium',
    timeout: PATIENCE,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  return {
    visit: (address, options) => visit(browser, address, { ...always, ...options }),
    close: () => browser.close(),
  };
}

async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<ChromiumVisit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  context.setDefaultNavigationTimeout(PATIENCE);
  await context.addInitScript(instrumentPage);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  await page.goto(address);
  await until('the page', () => page.evaluate(isReady));
  const control = async (...[role, name]: Parameters<Visit['click']>) => {
    await page.evaluate(unfold);
    return page.getByRole(role, { name, exact: true });
  };
  return {
    page,
    errors,
    click: async (role, name) => (await control(role, name)).click(),
    focus: async (role, name) => (await control(role, name)).focus(),
    press: (key) => page.keyboard.press(key),
    async fill(name, text) {
      const field = await control('textbox', name);
      await field.fill(text);
      await field.blur();
    },
    evaluate: (work, argument) => page.evaluate(work as never, argument as never),
    async inject(script) {
      await page.evaluate(script);
    },
    async reopen(address) {
      await page.goto('about:blank');
      await page.goto(address);
      await until('the page', () => page.evaluate(isReady));
    },
    close: () => context.close(),
  };
}
