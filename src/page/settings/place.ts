/** The address of the page behind `#`: what of the page is shown, then the runs: `view=benchmark&net=mlp&…`. */
import { clipped } from './fields.js';

const views = ['lessons', 'free', 'benchmark'] as const;
export type View = (typeof views)[number];

export interface Place {
  view: View;
  /** By its id, or its number from 1. */
  lesson?: string;
  /** The one panel that is shown, in an iframe of another page. */
  embed?: string;
  /** Otherwise as the browser has it. */
  theme?: 'light' | 'dark';
  /** The rest, as `readAddress` reads it; empty where the address names no run. */
  runs: string;
  /** What could not be read, in words. */
  problems: string[];
}

const ID = /^[a-z0-9-]{1,60}$/;

/** An address of runs alone is one of free play; an empty one is the page as a newcomer finds it. */
export function readPlace(hash: string): Place {
  const text = hash.replace(/^#/, '');
  const [first, ...others] = text.split(/\||%7C/i);
  const entries = first.split('&').filter((entry) => entry !== '');
  const found: Record<string, string> = {};
  const rest = entries.filter((entry) => {
    const [name, value = ''] = entry.split('=');
    if (!['view', 'lesson', 'embed', 'theme'].includes(name)) return true;
    found[name] = value;
    return false;
  });
  const problems: string[] = [];
  const read = <T extends string>(name: string, expected: string, fits: (value: string) => value is T) => {
    const value = found[name];
    if (value === undefined) return undefined;
    if (fits(value)) return value;
    problems.push(`${name}: expected ${expected}, got ‘${clipped(value)}’`);
    return undefined;
  };
  const isId = (value: string): value is string => ID.test(value);
  const lesson = read('lesson', 'the name or number of a lesson', isId);
  const embed = read('embed', 'the name of an instrument', isId);
  const theme = read('theme', 'light or dark', (value) => value === 'light' || value === 'dark');
  const view = read('view', views.join(', '), (value): value is View => views.some((each) => each === value));
  return {
    view: view ?? (text === '' || lesson !== undefined ? 'lessons' : 'free'),
    ...(lesson !== undefined && { lesson }),
    ...(embed !== undefined && { embed }),
    ...(theme !== undefined && { theme }),
    runs: [rest.join('&'), ...others].join('|'),
    problems,
  };
}

type WrittenPlace = { [K in 'view' | 'lesson' | 'embed' | 'theme']?: Place[K] | undefined };

/** @param runs as `writeAddress` writes them */
export function writePlace(place: WrittenPlace, runs: string): string {
  const { view, lesson, embed, theme } = place;
  const own = [
    view === 'lessons' && lesson !== undefined ? `lesson=${lesson}` : '',
    view === 'benchmark' || (view === 'lessons' && lesson === undefined) ? `view=${view}` : '',
    embed === undefined ? '' : `embed=${embed}`,
    theme === undefined ? '' : `theme=${theme}`,
    runs.replace(/^#/, ''),
  ];
  return `#${own.filter((part) => part !== '').join('&')}`;
}
