import { ViewError } from '../view-error.js';
import type { RecordedTrace } from './trace.js';

/** UTF-16 code units of each searched text that are kept; words behind them are not found. */
const SEARCHED_LENGTH = 32_768;

/** UTF-16 code units of a search. */
const MAX_SEARCH_LENGTH = 256;

/** What a search looks through: the request or the tool and its arguments, and the response. */
export function searchText({ content, execution }: RecordedTrace): string {
  return [...askedFor(content), execution?.response ?? ''].map(searchable).join('\n');
}

function askedFor(content: RecordedTrace['content']): readonly string[] {
  if (content === null) return [];
  if (content.kind === 'chat') return [content.request];
  return [content.tool, JSON.stringify(content.args)];
}

/**
 * The `LIKE` patterns (escape character `\`) that all have to match for a search: one a word, found anywhere, also
 * inside other words. Case is ignored, accents are not. Throws `search-too-long`.
 */
export function searchPatterns(search: string): readonly string[] {
  if (search.length > MAX_SEARCH_LENGTH) {
    throw new ViewError('search-too-long', `A search has at most ${MAX_SEARCH_LENGTH} characters.`);
  }
  const words = new Set(searchable(search).split(/\s+/u).filter(Boolean));
  return [...words].map((word) => `%${word.replaceAll(/[\\%_]/gu, '\\$&')}%`);
}

/** The databases disagree on the case of letters beyond ASCII, and PostgreSQL takes no NUL. */
const searchable = (text: string): string =>
  text.slice(0, SEARCHED_LENGTH).normalize('NFC').toLowerCase().replaceAll('\0', ' ');
