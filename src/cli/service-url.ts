import { CommandFailed } from './command-failed.js';

/** For the option `--url`; throws `CommandFailed` for what is no address of a service. */
export function serviceUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new CommandFailed('--url takes an address such as http://127.0.0.1:3000.');
}
