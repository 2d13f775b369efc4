import { describe, expect, test } from 'vitest';
import { describeBrowser } from '../../src/page/benchmark/browser.js';
import type { Measurement } from '../../src/page/benchmark/protocol.js';
import { arithmetic, error, markdown, microseconds, ratio, speedUp } from '../../src/page/benchmark/words.js';

const timing = (seconds: number, error = 1.2e-7) => ({ seconds, samples: 50, error });

const measurement: Measurement = {
  rows: [
    {
      name: 'matmul, forward',
      size: '32×100×100',
      flops: 640_000,
      timings: { js: timing(350e-6), wasm: timing(10e-6), relaxed: timing(8e-6, 9e-8) },
    },
    {
      name: 'tanh',
      size: '32×200',
      flops: undefined,
      timings: { js: timing(100e-6), wasm: timing(5e-6), relaxed: timing(5e-6) },
    },
  ],
  ceiling: 80e9,
  absent: {},
  clock: 1e-4,
};

const circumstances = {
  version: '0.1.0',
  browser: 'Firefox 153',
  system: 'Linux',
  threads: 8,
  date: '2026-11-26',
};

test('numbers have three digits, and errors two and a power of ten', () => {
  expect(microseconds(1.2345e-6)).toBe('1.23');
  expect(microseconds(12e-6)).toBe('12.0');
  expect(microseconds(7251.4e-6)).toBe('7,250');
  expect(error(3.31e-7)).toBe('3.3 × 10⁻⁷');
  expect(error(0)).toBe('0');
  expect(error(1.5)).toBe('1.5 × 10⁰');
  expect(error(Number.POSITIVE_INFINITY)).toBe('no number');
});

test('how many times as fast, and what share of the ceiling', () => {
  const [matmul, tanh] = measurement.rows;
  expect(ratio(speedUp(matmul, 'wasm') ?? 0)).toBe('35.0×');
  expect(arithmetic(matmul, 'wasm', 80e9)).toBe('64.0 (80 %)');
  expect(arithmetic(matmul, 'wasm', undefined)).toBe('64.0');
  expect(arithmetic(tanh, 'wasm', 80e9)).toBe('');
});

describe('the table as text', () => {
  test('says where and when, and has a row for each measurement', () => {
    const lines = markdown(measurement, circumstances).split('\n');
    expect(lines[0]).toBe('lanewise 0.1.0 in Firefox 153 on Linux, 8 threads, 2026-11-26');
    expect(lines[4]).toBe(
      '| matmul, forward | 32×100×100 | 350 | 10.0 | 8.00 | 35.0× | 43.8× | 64.0 (80 %) | ' +
        '1.2 × 10⁻⁷ | 1.2 × 10⁻⁷ | 9.0 × 10⁻⁸ |',
    );
    const table = lines.filter((line) => line.startsWith('|'));
    expect(new Set(table.map((line) => line.split('|').length)).size).toBe(1);
  });

  test('without WebAssembly there is JavaScript only, and why', () => {
    const reason = 'a page’s policy refuses it';
    const rows = measurement.rows.map((row) => ({ ...row, timings: { js: timing(350e-6) } }));
    const text = markdown(
      { ...measurement, rows, ceiling: undefined, absent: { wasm: reason, relaxed: reason } },
      circumstances,
    );
    expect(text).toContain(`WebAssembly cannot run here: ${reason}.`);
    expect(text).toContain('| matmul, forward | 32×100×100 | 350 | 1.2 × 10⁻⁷ |');
    expect(text).not.toContain('relaxed');
    expect(text).not.toContain('NaN');
  });

  test('without relaxed SIMD that column is not there', () => {
    const text = markdown({ ...measurement, absent: { relaxed: 'not known' } }, circumstances);
    expect(text).toContain('This browser has no relaxed SIMD');
    expect(text).not.toContain('| relaxed');
    expect(text).not.toContain('NaN');
  });
});

describe('browser and system from what the browser says of itself', () => {
  const of = (userAgent: string) => {
    const { browser, system } = describeBrowser({ userAgent, hardwareConcurrency: 4 });
    return `${browser} on ${system}`;
  };

  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox 153 on Linux'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.4 Safari/605.1.15',
      'Safari 26.4 on macOS',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0',
      'Edge 150 on Windows',
    ],
    [
      'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36',
      'Chrome 150 on Android',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
      'Safari 26.0 on iOS',
    ],
    ['curl/8', 'an unknown browser on an unknown system'],
  ])('%s', (userAgent, expected) => expect(of(userAgent)).toBe(expected));

  test('brands go before the user agent, and made-up ones do not count', () => {
    const brands = [
      { brand: 'Not)A;Brand', version: '8' },
      { brand: 'Chromium', version: '150' },
      { brand: 'Google Chrome', version: '150' },
    ];
    const told = { userAgent: 'X11; Linux', hardwareConcurrency: 4 };
    expect(describeBrowser({ ...told, userAgentData: { brands } }).browser).toBe('Google Chrome 150');
    expect(describeBrowser({ ...told, userAgentData: { brands: brands.slice(0, 2) } }).browser).toBe(
      'Chromium 150',
    );
  });
});
